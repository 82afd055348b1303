import type { ReplayList, ReplayResult } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { ok, type Sink, startSink, status } from '../test-support/sink.ts';
import { createWorld, type World } from '../test-support/world.ts';

const HOUR = 3_600_000;
let db: Database;
let world: World;
let sink: Sink;
let id: string;
let start: number;
beforeAll(async () => {
  db = await testDatabase();
});
/** Two people in the first hour, one of them again in the second; all was delivered. */
beforeEach(async () => {
  world = await createWorld(db);
  sink = await startSink();
  id = (await world.createDestination({ url: sink.url })).destination.id;
  start = world.time.now;
  await say('9001', 'one', 'two');
  await say('9002', 'other');
  await world.drain();
  world.move(HOUR);
  await say('9001', 'three');
  await world.drain();
  sink.received.splice(0);
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

const say = (psid: string, ...texts: string[]) =>
  world.deliver(texts.map((text) => textFrom(psid, text)));

const replay = async (body: object) => world.call('POST', `/destinations/${id}/replay`, body);

async function conversationOf(text: string) {
  const { body } = await world.call('GET', '/deliveries?limit=200');
  const { items } = body as { items: { conversationId: string; eventId: string; seq: number }[] };
  const { items: talks } = await world.list();
  const talk = talks.find(({ preview }) => preview.text === text);
  return items.filter(({ conversationId }) => conversationId === talk?.id);
}

test('one event is sent again, with the id it had, and says that it is a replay', async () => {
  const [event] = await conversationOf('other');
  const result: ReplayResult = (await replay({ eventId: event?.eventId })).body;
  expect(result).toMatchObject({ events: 1, replayId: expect.stringMatching(/^rp_/) });
  await world.drain();
  expect(sink.texts()).toEqual(['other']);
  expect(sink.received[0]?.headers).toMatchObject({
    'webhook-id': event?.eventId,
    'chatgate-replay': 'true',
  });
});

test('a conversation is sent again from a number on, in its order', async () => {
  const [event] = await conversationOf('three');
  const body = { conversationId: event?.conversationId };
  await replay(body);
  await world.drain();
  expect(sink.received.map(({ data }) => data.seq)).toEqual([1, 2, 3]);
  sink.received.splice(0);
  await replay({ ...body, fromSeq: 2 });
  await world.drain();
  expect(sink.texts()).toEqual(['two', 'three']);
});

test('a range of time is counted first and then sent, each conversation in its order', async () => {
  const range = { from: start, to: start + HOUR - 1 };
  const counted: ReplayResult = (await replay({ ...range, dryRun: true })).body;
  expect(counted).toEqual({ events: 3, replayId: null });
  await world.drain();
  expect(sink.texts()).toEqual([]);
  expect(((await replay(range)).body as ReplayResult).events).toBe(3);
  await world.drain();
  expect(sink.texts().sort()).toEqual(['one', 'other', 'two']);
  expect(sink.texts().indexOf('one')).toBeLessThan(sink.texts().indexOf('two'));
  const list: ReplayList = (await world.call('GET', `/destinations/${id}/replays`)).body;
  expect(list.items).toMatchObject([
    { state: 'done', events: 3, queued: 3, startedBy: 'Ada', finishedAt: world.time.now },
  ]);
  expect(await world.audited('destination.replay_started')).toHaveLength(1);
});

test('the destination gets what its filter lets through, and no more', async () => {
  const other = await startSink();
  const filtered = (
    await world.createDestination({ url: other.url, eventTypes: ['message.read'], name: 'Reads' })
  ).destination.id;
  const { body } = await world.call('POST', `/destinations/${filtered}/replay`, { from: start });
  expect((body as ReplayResult).events).toBe(0);
  await world.drain();
  expect(other.arrivals).toEqual([]);
  await other.stop();
});

test('a new destination gets what happened before it by a replay, then goes on live', async () => {
  const late = await startSink();
  const { destination } = await world.createDestination({ url: late.url, name: 'Late' });
  await world.call('POST', `/destinations/${destination.id}/replay`, { from: 0 });
  world.move(1);
  await say('9001', 'four');
  await world.drain();
  expect(late.texts().toSorted()).toEqual(['four', 'one', 'other', 'three', 'two']);
  await late.stop();
});

test('a replay waits behind what a conversation already waits for', async () => {
  sink.answer(status(500));
  await say('9001', 'four');
  await world.drain();
  sink.answer(ok);
  const [event] = await conversationOf('four');
  await replay({ conversationId: event?.conversationId });
  world.move(1_000);
  await world.drain();
  expect(sink.texts()).toEqual(['four', 'one', 'two', 'three', 'four']);
});

test('many conversations are replayed in pieces, none left out and none twice', async () => {
  for (let person = 0; person < 120; person += 1) {
    await say(`8${person}`, `a ${person}`, `b ${person}`);
  }
  await world.drain();
  sink.received.splice(0);
  await replay({ from: start + HOUR, to: world.time.now });
  await world.drain();
  expect(sink.received).toHaveLength(241);
  expect(new Set(sink.received.map(({ data }) => data.id)).size).toBe(241);
});

/** Numbers of what was queued again, by conversation, in the order in which it leaves. */
async function queuedAgain(): Promise<(number | null)[][]> {
  const { rows } = await sql<{ queue_key: string; seq: number | null }>`
    select queue_key, seq from delivery where replay = 1 order by queue_key, position`.execute(
    db.read,
  );
  const byQueue = Map.groupBy(rows, ({ queue_key }) => queue_key);
  return [...byQueue.values()].map((queue) => queue.map(({ seq }) => seq));
}

/** Three conversations with 300 events each, of which nothing was sent. */
async function longConversations() {
  await world.call('PATCH', `/destinations/${id}`, { version: 1, enabled: false });
  const texts = Array.from({ length: 300 }, (_, index) => `number ${index}`);
  world.move(HOUR);
  for (const person of ['8001', '8002', '8003']) {
    await say(person, ...texts);
  }
  await world.project();
  await world.call('PATCH', `/destinations/${id}`, { version: 2, enabled: true });
  return texts.map((_, index) => index + 1);
}

/** A process that dies while it queues this many events. */
function createDying(dies: number) {
  let queued = 0;
  const { ids } = world.deps;
  return world.addReplica({
    ids: {
      ...ids,
      next(prefix) {
        queued += prefix === 'dl' ? 1 : 0;
        if (queued === dies) {
          throw new Error('killed');
        }
        return ids.next(prefix);
      },
    },
  });
}

test('a piece ends inside of a long conversation, and who dies in the next one leaves nothing out and nothing twice', async () => {
  const all = await longConversations();
  await replay({ from: start + HOUR + 1 });
  await expect(createDying(550).workers[0]?.drain()).rejects.toThrow('killed');
  expect(await queuedAgain()).toEqual([all, all.slice(0, 200)]);
  await world.delivery.workers[0]?.drain();
  expect(await queuedAgain()).toEqual([all, all, all]);
});

test('one long conversation is replayed in pieces as well', async () => {
  await longConversations();
  await say('8002', ...Array.from({ length: 300 }, (_, index) => `later ${index}`));
  await world.project();
  const { items } = await world.list();
  const conversationId = items.find(({ preview }) => preview.text === 'later 299')?.id;
  await replay({ conversationId, fromSeq: 51 });
  await expect(createDying(520).workers[0]?.drain()).rejects.toThrow('killed');
  const all = Array.from({ length: 550 }, (_, index) => index + 51);
  expect(await queuedAgain()).toEqual([all.slice(0, 500)]);
  await world.delivery.workers[0]?.drain();
  expect(await queuedAgain()).toEqual([all]);
});

test.each([
  ['nothing', {}],
  ['two things', { eventId: 'ev_1', conversationId: 'cv_1' }],
  ['a number without a conversation', { eventId: 'ev_1', fromSeq: 2 }],
  ['a range and a conversation', { from: 1, conversationId: 'cv_1' }],
  ['a range that ends before it begins', { from: 2, to: 1 }],
  ['a number that no database keeps', { conversationId: 'cv_1', fromSeq: 2 ** 31 }],
  ['a time beyond all calendars', { from: 1e300 }],
  ['a time before all others', { to: -1e300 }],
  ['something unknown', { everything: true }],
])('a replay of %s is refused', async (_what, body) => {
  expect((await replay(body)).status).toBe(400);
});

test('a destination that is off is replayed to after it was switched on', async () => {
  await world.call('PATCH', `/destinations/${id}`, { version: 1, enabled: false });
  expect((await replay({ from: 0, dryRun: true })).status).toBe(200);
  expect((await replay({ from: 0 })).status).toBe(409);
  expect((await world.call('POST', '/destinations/dst_none/replay', { from: 0 })).status).toBe(404);
});

test('switching a destination off ends its replay', async () => {
  await replay({ from: start });
  await world.call('PATCH', `/destinations/${id}`, { version: 1, enabled: false });
  await world.drain();
  expect(sink.texts()).toEqual([]);
  const list: ReplayList = (await world.call('GET', `/destinations/${id}/replays`)).body;
  expect(list.items[0]?.state).toBe('cancelled');
});
