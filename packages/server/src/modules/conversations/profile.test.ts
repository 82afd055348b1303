import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { causeOutage } from '../../test-support/outage.ts';
import { type Bench, createBench, emptyTables, textFrom } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  bench = await createBench(db);
  await bench.deliver([textFrom('9001', 'hello')]);
});
const project = () => bench.conversations.workers.projector.drain();
const readProfiles = () => bench.conversations.workers.profileReader.drain();
const contact = async () => (await bench.list()).items[0]?.contact;

test('a message is shown while its profile is still being read (invariant 5)', async () => {
  bench.world.profile = () => new Promise(() => {});
  void bench.conversations.workers.profileReader.drain();
  await project();
  void bench.conversations.workers.profileReader.drain();
  await bench.deliver([textFrom('9001', 'and again')]);
  await project();
  const [conversation] = (await bench.list()).items;
  expect(conversation).toMatchObject({
    preview: { text: 'and again' },
    contact: { profile: 'pending', name: null },
  });
});

test('without any token messages come in; only the name is missing (invariant 5)', async () => {
  bench.world.profile = async () => ({ kind: 'failed', reason: 'no_token' });
  await project();
  await readProfiles();
  await bench.deliver([textFrom('9001', 'still here')]);
  await project();
  const [conversation] = (await bench.list()).items;
  expect(conversation?.preview.text).toBe('still here');
  expect(conversation?.contact.profile).toBe('failed');
});

test('a name that Facebook shares is shown, can be searched, and browsers hear of it', async () => {
  const pictureUrl = 'https://scontent.test/p.jpg';
  bench.world.profile = async () => ({ kind: 'known', name: 'Олена Ш.', pictureUrl });
  await project();
  const before = bench.seen.hints.length;
  await readProfiles();
  const shown = await contact();
  expect(shown).toMatchObject({ profile: 'known', name: 'Олена Ш.' });
  // Served by us: a browser is never sent to Meta, where the address would expire.
  const url = shown?.pictureUrl ?? '';
  expect(url).toMatch(/^\/api\/v1\/conversations\/cv_[^/]+\/picture$/);
  expect((await bench.app.inject({ url })).body).toBe(`at ${pictureUrl}`);
  const found = await bench.list(`?search=${encodeURIComponent('ОЛЕНА')}`);
  expect(found.items).toHaveLength(1);
  expect(bench.seen.hints.slice(before)).toMatchObject([{ type: 'conversation.changed' }]);
});

test('what Facebook does not share is final and asked once', async () => {
  let asked = 0;
  bench.world.profile = async () => {
    asked += 1;
    return { kind: 'not_shared' };
  };
  await project();
  await readProfiles();
  bench.time.now += 10 * 86_400_000;
  await readProfiles();
  expect([asked, (await contact())?.profile]).toEqual([1, 'not_shared']);
});

test('a failed reading is repeated after one minute, then two, then four', async () => {
  const askedAt: number[] = [];
  const start = bench.time.now;
  bench.world.profile = async () => {
    askedAt.push((bench.time.now - start) / 60_000);
    throw new Error('Meta did not answer.');
  };
  await project();
  for (let minute = 0; minute < 10; minute += 1) {
    await readProfiles();
    bench.time.now += 60_000;
  }
  expect(askedAt).toEqual([0, 1, 3, 7]);
});

test('a database that does not work is no answer of Meta’s: the next claim asks again', async () => {
  let asked = 0;
  bench.world.profile = async () => {
    asked += 1;
    if (asked === 1) {
      await db.transaction((tx) => causeOutage(db, tx));
    }
    return { kind: 'known', name: 'Олена Ш.', pictureUrl: null };
  };
  await project();
  await expect(readProfiles()).rejects.toThrow();
  expect(await contact()).toMatchObject({ profile: 'pending' });
  bench.time.now += 90_000;
  await readProfiles();
  expect(await contact()).toMatchObject({ profile: 'known', name: 'Олена Ш.' });
});

test('a reader that lost its claim writes nothing', async () => {
  let answer: (name: string) => void = () => {};
  bench.world.profile = () =>
    new Promise((resolve) => {
      answer = (name) => resolve({ kind: 'known', name, pictureUrl: null });
    });
  await project();
  const late = readProfiles();
  await expect.poll(contact).toMatchObject({ profile: 'pending' });
  bench.time.now += 90_001;
  const slow = answer;
  bench.world.profile = async () => ({ kind: 'known', name: 'Second', pictureUrl: null });
  await readProfiles();
  slow('First, but late');
  await late;
  expect(await contact()).toMatchObject({ name: 'Second' });
});

test('nonsense in a profile costs nobody else their name', async () => {
  await bench.deliver([textFrom('9002', 'hello')]);
  await project();
  let asked = 0;
  bench.world.profile = async () => {
    asked += 1;
    const pictureUrl = asked === 1 ? 'https://scontent.test/\0\ud800' : null;
    return { kind: 'known', name: 'Ann', pictureUrl };
  };
  await readProfiles();
  const { items } = await bench.list();
  expect(items.map(({ contact: { name } }) => name)).toEqual(['Ann', 'Ann']);
});
