import { sql } from 'kysely';
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { createS3Store, type FileStore } from '../../platform/file-store/index.ts';
import {
  S3_KEYS,
  type S3StandIn,
  startS3,
} from '../../platform/file-store/test-support/s3-stand-in.ts';
import { Secret } from '../../platform/secret.ts';
import { testDatabase } from '../../test-support/database.ts';
import { withOutages } from '../../test-support/outage.ts';
import { type Bench, createBench, PNG } from './test-support/bench.ts';

let db: Database;
let s3: S3StandIn;
const dispatcher = new Agent();
beforeAll(async () => {
  db = await testDatabase();
  s3 = await startS3();
});
beforeEach(() =>
  db.transaction(async (tx) => {
    await sql`delete from attachment`.execute(tx);
    await sql`delete from attachment_removal`.execute(tx);
  }),
);
afterAll(async () => {
  await dispatcher.close();
  await s3.close();
});

const removals = async () =>
  (await sql<{ object_key: string }>`select object_key from attachment_removal`.execute(db.read))
    .rows.length;

test('a file is fetched once, kept and told about', async () => {
  const bench = await createBench(db);
  const message = await bench.want('/v/photo.png?oh=1');
  expect(await bench.fileOf(message)).toMatchObject({ state: 'pending', url: null });
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({
    ...{ state: 'stored', reason: null, bytes: PNG.length, shown: 'image' },
    ...{ mediaType: 'image/png', name: 'photo.png' },
  });
  expect(bench.files()).toHaveLength(1);
  expect(await removals()).toBe(0);
  expect(bench.seen.hints).toEqual([
    { type: 'conversation.changed', gatewayId: 'gw_1', conversationId: 'cv_1' },
  ]);
  await bench.fetcher.drain();
  expect(bench.world.asked).toHaveLength(1);
});

test('nothing of ours goes with the request', async () => {
  const bench = await createBench(db);
  await bench.want('/a.png');
  await bench.fetcher.drain();
  expect(Object.keys(bench.world.asked[0]?.headers ?? {}).sort()).toEqual([
    'accept-encoding',
    'connection',
    'host',
  ]);
});

test('what is no file is not asked for', async () => {
  const bench = await createBench(db);
  for (const kind of ['fallback', 'template', 'location', 'post', 'surprise']) {
    expect(await bench.fileOf(await bench.want('/x', { kind }))).toBeUndefined();
  }
  await bench.fetcher.drain();
  expect(bench.world.asked).toEqual([]);
});

test.each([
  ['a web page instead of a picture', 200, '<!doctype html><p>Log in', 'failed', 'web_page'],
  ['a redirect', 302, '', 'failed', 'redirect'],
  ['a link whose time is over', 403, 'URL signature expired', 'expired', 'http_403'],
  ['something that is gone', 410, '', 'expired', 'http_410'],
])('%s ends the fetch at once', async (_what, status, body, state, reason) => {
  const bench = await createBench(db);
  bench.world.answer = (_request, response) =>
    response.writeHead(status, { location: 'http://169.254.169.254/' }).end(body);
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state, reason, nextTryAt: null });
  expect(bench.world.asked).toHaveLength(1);
  expect(bench.files()).toEqual([]);
});

test('a file of more than 25 MB is not kept, whether it says so or not', async () => {
  const bench = await createBench(db);
  const size = 25 * 1024 * 1024 + 1;
  const told = await bench.want('/told');
  const untold = await bench.want('/untold');
  bench.world.answer = (request, response) => {
    if (request.url === '/told') {
      response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(10));
    } else {
      response.writeHead(200);
      for (let sent = 0; sent < size; sent += 2 ** 20) {
        response.write(Buffer.alloc(2 ** 20, 1));
      }
      response.end();
    }
  };
  await bench.fetcher.drain();
  for (const message of [told, untold]) {
    expect(await bench.fileOf(message)).toMatchObject({ state: 'too_large' });
  }
  expect(bench.files()).toEqual([]);
});

test('an inner address is blocked', async () => {
  const bench = await createBench(db, { allow: [] });
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'blocked', reason: 'address' });
  expect(bench.world.asked).toEqual([]);
});

test('trouble is tried again after growing pauses, and then given up', async () => {
  const bench = await createBench(db);
  bench.world.answer = (_request, response) => response.writeHead(500).end();
  const message = await bench.want('/x');
  const begin = bench.time.now;
  const tries: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    await bench.fetcher.drain();
    const { state, nextTryAt } = (await bench.fileOf(message)) ?? {};
    if (state === 'pending') {
      tries.push(((nextTryAt ?? 0) - begin) / 1_000);
      bench.time.now = nextTryAt ?? 0;
    }
  }
  expect(tries).toEqual([10, 70, 370, 2_170, 9_370]);
  expect(await bench.fileOf(message)).toMatchObject({ state: 'failed', reason: 'http_500' });
  expect(bench.world.asked).toHaveLength(6);
});

test('it goes well as soon as the other side does', async () => {
  const bench = await createBench(db);
  bench.world.answer = (_request, response) => response.writeHead(503).end();
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  bench.world.answer = (_request, response) => response.end(PNG);
  bench.time.now += 10_000;
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored', reason: null });
});

test('two processes fetch each file once', async () => {
  const [one, two] = [await createBench(db), await createBench(db)];
  const messages = await Promise.all(Array.from({ length: 12 }, (_unused, n) => one.want(`/${n}`)));
  await Promise.all([one.fetcher.drain(), two.fetcher.drain()]);
  expect(one.world.asked).toHaveLength(12);
  for (const message of messages) {
    expect(await one.fileOf(message)).toMatchObject({ state: 'stored' });
  }
});

/** A store in which a test stops at the moment before a file is put. */
const stoppingStore = (store: FileStore, atPut: () => Promise<void>): FileStore => ({
  ...store,
  async put(key, file) {
    await store.put(key, file);
    await atPut();
  },
});

const s3Store = () =>
  createS3Store({
    ...{ endpoint: s3.url, bucket: s3.bucket, region: S3_KEYS.region, dispatcher },
    accessKeyId: S3_KEYS.accessKeyId,
    secretAccessKey: new Secret(S3_KEYS.secretAccessKey),
  });

test('a process that dies after putting a file leaves nothing for ever, and another one fetches', async () => {
  let dying = true;
  const bench: Bench = await createBench(db, {
    store: stoppingStore(s3Store(), () => {
      // What a killed process does next: nothing.
      return dying ? new Promise(() => {}) : Promise.resolve();
    }),
  });
  s3.objects.clear();
  const message = await bench.want('/x');
  const never = bench.fetcher.drain();
  await expect.poll(() => s3.objects.size).toBe(1);
  const [orphan] = s3.objects.keys();
  dying = false;
  bench.time.now += 360_000;
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored' });
  expect(s3.objects.size).toBe(2);
  bench.time.now += 600_000;
  await bench.sweeper.drain();
  expect(s3.objects.size).toBe(1);
  expect(s3.objects.has(orphan ?? '')).toBe(false);
  expect(await removals()).toBe(0);
  void never;
});

test('a process that was overtaken records nothing', async () => {
  const released = Promise.withResolvers<void>();
  let puts = 0;
  const bench = await createBench(db, {
    store: stoppingStore(s3Store(), () => {
      puts += 1;
      return puts === 1 ? released.promise : Promise.resolve();
    }),
  });
  s3.objects.clear();
  const message = await bench.want('/x');
  const slow = bench.fetcher.drain();
  await expect.poll(() => puts).toBe(1);
  bench.time.now += 360_000;
  await bench.fetcher.drain();
  const kept = await bench.fileOf(message);
  released.resolve();
  await slow;
  expect(await bench.fileOf(message)).toEqual(kept);
  bench.time.now += 1_000_000;
  await bench.sweeper.drain();
  expect(s3.objects.size).toBe(1);
  const file = await bench.app.inject(`/attachments/${kept?.id}`);
  expect(file.rawPayload).toEqual(PNG);
});

test('a store that refuses costs a retry, not the file', async () => {
  const bench = await createBench(db, { store: s3Store() });
  s3.failNext.push(503);
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'pending', reason: 'store' });
  bench.time.now += 10_000;
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored' });
});

test('a full disk ends no file, however long it is full', async () => {
  const disk = { isFull: true };
  const inner = s3Store();
  const put: FileStore['put'] = async (key, file) => {
    if (disk.isFull) {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    await inner.put(key, file);
  };
  const bench = await createBench(db, { store: { ...inner, put } });
  const message = await bench.want('/x');
  const begin = bench.time.now;
  for (let days = 0; days < 2; days = (bench.time.now - begin) / 86_400_000) {
    await bench.fetcher.drain();
    const { state, reason, nextTryAt } = (await bench.fileOf(message)) ?? {};
    expect({ state, reason }).toEqual({ state: 'pending', reason: 'store' });
    expect((nextTryAt ?? 0) - bench.time.now).toBeLessThanOrEqual(600_000);
    bench.time.now = nextTryAt ?? 0;
  }
  // Nor has it used up what the other side may do wrong.
  disk.isFull = false;
  bench.world.answer = (_request, response) => response.writeHead(503).end();
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'pending', reason: 'http_503' });
  bench.world.answer = (_request, response) => response.end(PNG);
  bench.time.now += 10_000;
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored' });
});

test('a database that does not work uses up no try', async () => {
  const { database, plan } = withOutages(db);
  const bench = await createBench(database);
  const message = await bench.want('/x');
  for (let outages = 0; outages < 8; outages += 1) {
    plan.push('works', 'outage');
    await expect(bench.fetcher.drain()).rejects.toThrow();
    bench.time.now += 360_000;
  }
  bench.world.answer = (_request, response) => response.writeHead(503).end();
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({
    ...{ state: 'pending', reason: 'http_503', nextTryAt: bench.time.now + 10_000 },
  });
});

test('a process that stops uses up no try, and leaves the file to the next', async () => {
  const bench = await createBench(db);
  const asked = Promise.withResolvers<void>();
  bench.world.answer = () => asked.resolve();
  const message = await bench.want('/x');
  bench.fetcher.start();
  await asked.promise;
  await bench.fetcher.stop();
  const now = bench.time.now;
  expect(await bench.fileOf(message)).toMatchObject({ state: 'pending', nextTryAt: now });
  const { rows } = await sql`select attempts from attachment`.execute(db.read);
  expect(rows).toEqual([{ attempts: 0 }]);
});

test('erasing takes the files, too, of everything that is asked for and of nothing else', async () => {
  const bench = await createBench(db);
  const one = await bench.want('/1', { conversationId: 'cv_1' });
  const two = await bench.want('/2', { conversationId: 'cv_2' });
  const three = await bench.want('/3', { conversationId: 'cv_2' });
  await bench.fetcher.drain();
  expect(bench.files()).toHaveLength(3);
  await db.transaction((tx) => bench.attachments.erase(tx, { messageIds: [three] }));
  await db.transaction((tx) => bench.attachments.erase(tx, { conversationIds: ['cv_1'] }));
  await bench.sweeper.drain();
  expect(await bench.fileOf(one)).toBeUndefined();
  expect(await bench.fileOf(three)).toBeUndefined();
  expect(await bench.fileOf(two)).toMatchObject({ state: 'stored' });
  expect(bench.files()).toHaveLength(1);
});

test('what is erased while it is fetched is not kept', async () => {
  const bench = await createBench(db);
  const message = await bench.want('/x');
  bench.world.answer = (_request, response) => {
    void db
      .transaction((tx) => bench.attachments.erase(tx, { messageIds: [message] }))
      .then(() => response.end(PNG));
  };
  await bench.fetcher.drain();
  bench.time.now += 1_000_000;
  await bench.sweeper.drain();
  expect(bench.files()).toEqual([]);
  expect(await removals()).toBe(0);
});

test('what a store will not remove stays noted and is removed later', async () => {
  const bench = await createBench(db, { store: s3Store() });
  s3.objects.clear();
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  await db.transaction((tx) => bench.attachments.erase(tx, { messageIds: [message] }));
  s3.failNext.push(500);
  await bench.sweeper.drain();
  expect([s3.objects.size, await removals()]).toEqual([1, 1]);
  bench.time.now += 600_000;
  await bench.sweeper.drain();
  expect([s3.objects.size, await removals()]).toEqual([0, 0]);
});

test('a file whose store the settings no longer name goes when they name it again', async () => {
  const bench = await createBench(db, { store: s3Store() });
  s3.objects.clear();
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  await db.transaction((tx) => bench.attachments.erase(tx, { messageIds: [message] }));
  await (await createBench(db)).sweeper.drain();
  expect([s3.objects.size, await removals()]).toEqual([1, 1]);
  bench.time.now += 660_000;
  await bench.sweeper.drain();
  expect([s3.objects.size, await removals()]).toEqual([0, 0]);
});

test('an erasure that is rolled back keeps everything', async () => {
  const bench = await createBench(db);
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  await expect(
    db.transaction(async (tx) => {
      await bench.attachments.erase(tx, { messageIds: [message] });
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await bench.sweeper.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored' });
  expect(bench.files()).toHaveLength(1);
});
