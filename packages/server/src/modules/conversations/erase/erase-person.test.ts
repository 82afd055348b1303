import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { type Bench, createBench, emptyTables, NOW, textFrom } from '../test-support/bench.ts';
import type { Erased } from '../types.ts';

const PSID = '900100200300';
const DAY_MS = 86_400_000;
let db: Database;
let bench: Bench;
let told: Erased[];

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  bench = await createBench(db);
  told = [];
  bench.conversations.onErased(async (_tx, erased) => void told.push(erased));
});

const project = () => bench.conversations.workers.projector.drain();
const finish = () => bench.conversations.workers.personEraser.drain();
const erase = (id: string) =>
  bench.app.inject({ method: 'DELETE', url: `/api/v1/conversations/${id}` });
const only = async () => (await bench.list()).items[0]?.id ?? '';

/** Every text of every table of ours, as one. */
async function everything(): Promise<string> {
  const tables = ['contact', 'conversation', 'message', 'message_reaction', 'message_edit'];
  const texts: string[] = [];
  for (const table of [...tables, 'message_deletion', 'event', 'erasure', 'audit_detail']) {
    texts.push(
      JSON.stringify((await sql`select * from ${sql.table(table)}`.execute(db.read)).rows),
    );
  }
  return texts.join('\n');
}

const reaction = (mid: string) => ({
  sender: { id: PSID },
  recipient: { id: '1001' },
  timestamp: NOW - 500,
  reaction: { mid, action: 'react', reaction: 'love', emoji: '❤' },
});
const read = { sender: { id: PSID }, recipient: { id: '1001' }, read: { watermark: NOW - 400 } };

test('nothing of the person is left in any table, and the others are untouched', async () => {
  const elements = [textFrom(PSID, 'my secret', { mid: 'm_1' }), reaction('m_1'), read];
  await bench.deliver([...elements, textFrom('777', 'of another', { mid: 'm_2' })]);
  await project();
  const [{ id = '' } = {}] = (await bench.list('?search=secret')).items;
  await bench.deliver([textFrom(PSID, 'my unprojected secret', { mid: 'm_3' })]);
  expect((await erase(id)).statusCode).toBe(204);
  expect((await bench.list()).items).toMatchObject([{ preview: { text: 'of another' } }]);
  expect((await bench.get(`/conversations/${id}/messages`)).statusCode).toBe(404);
  await finish();
  await project();
  const left = await everything();
  expect(left).not.toContain(PSID);
  expect(left).not.toContain('secret');
  expect(left).toContain('of another');
  expect((await bench.list()).items).toHaveLength(1);
});

test('the same event again stays a duplicate, without its text', async () => {
  const elements = [textFrom(PSID, 'my secret', { mid: 'm_1' }), reaction('m_1'), read];
  await bench.deliver(elements);
  await project();
  await erase(await only());
  await finish();
  await bench.deliver(elements);
  await project();
  expect((await bench.list()).items).toEqual([]);
  expect(await everything()).not.toContain('my secret');
  const { rows } = await sql`select copies, state, reason, raw from event`.execute(db.read);
  expect(rows).toEqual(
    Array.from({ length: 3 }, () => ({ copies: 2, state: 'ignored', reason: 'erased', raw: '' })),
  );
});

test('what the person writes while the erasure is under way begins anew, and stays', async () => {
  await bench.deliver([textFrom(PSID, 'before', { mid: 'm_1' })]);
  await project();
  const old = await only();
  await erase(old);
  await bench.deliver([textFrom(PSID, 'afterwards', { mid: 'm_2' })]);
  await project();
  await finish();
  const { items } = await bench.list();
  expect(items).toMatchObject([{ preview: { text: 'afterwards' }, seq: 1 }]);
  expect(items[0]?.id).not.toBe(old);
});

test('an erasure that was killed half-way is finished by the next process', async () => {
  for (let n = 0; n < 5; n += 1) {
    await bench.deliver(
      Array.from({ length: 90 }, (_unused, m) =>
        textFrom(PSID, `my secret ${n} ${m}`, { mid: `m_${n}_${m}` }),
      ),
    );
  }
  await project();
  await erase(await only());
  // One step, then this process is no more.
  const step = bench.conversations.workers.personEraser;
  let steps = 0;
  bench.conversations.onErased(async () => {
    steps += 1;
    if (steps === 1) {
      throw new Error('killed');
    }
  });
  await expect(step.drain()).rejects.toThrow('killed');
  expect(await everything()).toContain(`erased `);
  const next = await createBench(db);
  await next.conversations.workers.personEraser.drain();
  const left = await everything();
  expect(left).not.toContain('my secret');
  expect(left).not.toContain(PSID);
  const { rows } = await sql`select * from erasure`.execute(db.read);
  expect(rows).toEqual([]);
});

test('others are told of the conversation twice and of every event once, in the transaction', async () => {
  await bench.deliver([textFrom(PSID, 'a', { mid: 'm_1' }), textFrom(PSID, 'b', { mid: 'm_2' })]);
  await project();
  const conversationId = await only();
  await erase(conversationId);
  await finish();
  const conversation = {
    kind: 'conversation',
    conversationId,
    gatewayId: 'gw_test',
    pageId: '1001',
  };
  expect(told).toMatchObject([conversation, { kind: 'events' }, conversation]);
  expect(told[1]?.kind === 'events' && told[1].eventIds).toHaveLength(2);
});

test('a request for what is erased already, or never was, is answered as such', async () => {
  await bench.deliver([textFrom(PSID, 'a', { mid: 'm_1' })]);
  await project();
  const id = await only();
  expect((await erase(id)).statusCode).toBe(204);
  expect((await erase(id)).statusCode).toBe(404);
  expect((await erase('cv_none')).statusCode).toBe(404);
  const { rows } = await sql`select action, subject_kind from audit_entry`.execute(db.read);
  expect(rows).toEqual([{ action: 'conversation.erased', subject_kind: 'erased_person' }]);
});

test('who may only read and reply may not erase', async () => {
  bench.allowed.clear();
  bench.allowed.add('conversations:read').add('conversations:reply');
  expect((await erase('cv_none')).json()).toMatchObject({
    error: { code: 'forbidden', details: { missing: 'conversations:delete' } },
  });
});

test('raw events go after their days; the message stays readable and says so', async () => {
  await bench.deliver([textFrom(PSID, 'kept', { mid: 'm_1' })]);
  await project();
  const id = await only();
  const { retention } = bench.conversations.workers;
  bench.time.now += 89 * DAY_MS;
  await retention.drain();
  expect((await bench.thread(id)).items).toMatchObject([{ journey: { rawErased: false } }]);
  bench.time.now += 2 * DAY_MS;
  await bench.deliver([textFrom(PSID, 'newer', { mid: 'm_2', at: bench.time.now })]);
  await project();
  await retention.drain();
  const { items } = await bench.thread(id);
  expect(items).toMatchObject([
    { text: 'kept', journey: { rawErased: true } },
    { text: 'newer', journey: { rawErased: false } },
  ]);
  expect((await bench.get(`/events/${items[0]?.journey.eventId}`)).statusCode).toBe(404);
});

test('an event that is not projected yet is never erased for its age', async () => {
  await bench.deliver([textFrom(PSID, 'late', { mid: 'm_1' })]);
  bench.time.now += 400 * DAY_MS;
  await bench.conversations.workers.retention.drain();
  await project();
  expect((await bench.list()).items).toHaveLength(1);
});

test('conversations go after their days only where the gateway says so', async () => {
  await bench.deliver([textFrom(PSID, 'old', { mid: 'm_1' })]);
  await project();
  bench.time.now += 400 * DAY_MS;
  const { retention } = bench.conversations.workers;
  await retention.drain();
  expect((await bench.list()).items).toHaveLength(1);
  bench.world.retention.keepConversationsDays = 365;
  await retention.drain();
  await finish();
  expect((await bench.list()).items).toEqual([]);
  expect(await everything()).not.toContain(PSID);
});

test('from the moment of the request nothing of it is given to anybody', async () => {
  await bench.deliver([textFrom(PSID, 'my secret', { mid: 'm_1' })]);
  await project();
  const id = await only();
  const eventId = (await bench.thread(id)).items[0]?.journey.eventId ?? '';
  const { conversations } = bench;
  const given = async () => ({
    described: [...(await conversations.describeEvents(db.read, [eventId])).keys()],
    address: (await conversations.findAddress(db.read, id))?.psid,
    raw: (await bench.get(`/events/${eventId}`)).statusCode,
  });
  expect(await given()).toEqual({ described: [eventId], address: PSID, raw: 200 });
  await erase(id);
  expect(await given()).toEqual({ described: [], address: undefined, raw: 404 });
});

test('somebody who is known by a plugin only does not come back from what was set aside', async () => {
  const from = (user_ref: string, text: string) => ({
    ...textFrom('', text),
    sender: { user_ref },
  });
  await bench.deliver([from('Ref_1', 'before'), from('ref_1', 'of another')]);
  await project();
  await bench.deliver([from('Ref_1', 'afterwards'), from('ref_1', 'of another, too')]);
  await erase((await bench.list('?search=before')).items[0]?.id ?? '');
  await project();
  const { items } = await bench.list();
  expect(items).toMatchObject([{ preview: { text: 'of another, too' } }]);
  expect(await everything()).not.toContain('afterwards');
});

test('ids that Meta wrote as bare numbers are found, and numbers that only begin alike are not', async () => {
  const own = '9007199254740993';
  const element = (id: string, more: string, mid: string) =>
    `{"sender":${id},"recipient":{"id":"1001"},"timestamp":${NOW},"message":{"mid":"${mid}","text":"${more}"}}`;
  const deliver = (...elements: string[]) =>
    bench.post(`{"object":"page","entry":[{"id":"1001","messaging":[${elements.join(',')}]}]}`);
  await deliver(element(`{"id":"${own}"}`, 'before', 'm_1'));
  await project();
  await deliver(
    element(`{"id":${own}}`, 'my secret', 'm_2'),
    element(`{ "id" : ${own} , "x":1}`, 'my spaced secret', 'm_3'),
    element(`{"id":${own}5}`, 'of a longer id', 'm_4'),
    element('{"id":"777"}', `of one who wrote ${own}`, 'm_5'),
  );
  await erase(await only());
  await project();
  await finish();
  const left = await everything();
  expect(left).not.toContain('secret');
  expect(left).toContain('of a longer id');
  expect(left).toContain('of one who wrote');
  expect((await bench.list()).items).toHaveLength(2);
});

test('somebody who only reacted goes after the days, too', async () => {
  await bench.deliver([reaction('m_1'), read]);
  await project();
  bench.world.retention.keepConversationsDays = 365;
  bench.time.now += 400 * DAY_MS;
  await bench.conversations.workers.retention.drain();
  await finish();
  expect(await everything()).not.toContain(PSID);
  const { rows } = await sql`select id from contact`.execute(db.read);
  expect(rows).toEqual([]);
});
