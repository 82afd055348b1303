import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { held, ok, type Sink, startSink, status } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

let db: Database;
let world: World;
let sink: Sink;
const said: string[] = [];
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  said.splice(0);
  const log = createLog({ level: 'debug', destination: { write: (line) => void said.push(line) } });
  world = await createWorld(db, { log });
  sink = await startSink();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

const say = (psid: string, ...texts: string[]) =>
  world.deliver(texts.map((text) => textFrom(psid, text)));
const LEASE_MS = 45_000;

/** Every delivery with its attempts, in the order in which they were made. */
async function log() {
  const { body } = await world.call('GET', '/deliveries?limit=200');
  const { items } = body as { items: { state: string; attempts: number; seq: number }[] };
  return items.toReversed();
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `number ${index}`);

test('another worker takes over when the lease of a dead one ends, not before', async () => {
  await world.createDestination({ url: sink.url });
  const dead = held();
  sink.answer(dead.answer);
  await say('9001', 'one', 'two');
  await world.project();
  const dying = world.drainEngine(world.addReplica());
  await sink.arrivedAtLeast(1);
  sink.answer(ok);
  world.move(LEASE_MS - 1);
  await world.drain();
  expect(sink.texts()).toEqual([]);
  world.move(1);
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'two']);
  dead.release();
  await dying;
});

test('a late worker records nothing, whatever its answer was', async () => {
  await world.createDestination({ url: sink.url });
  const late = held(status(500));
  sink.answer(late.answer);
  await say('9001', 'one', 'two');
  await world.project();
  const lagging = world.drainEngine(world.addReplica());
  await sink.arrivedAtLeast(1);
  sink.answer(ok);
  world.move(LEASE_MS);
  await world.drain();
  const before = await log();
  expect(before).toMatchObject([
    { state: 'delivered', attempts: 1 },
    { state: 'delivered', attempts: 1 },
  ]);
  late.release();
  await lagging;
  expect(await log()).toEqual(before);
  expect(said.some((line) => line.includes('delivery.overtaken'))).toBe(true);
});

test('two replicas share the work of one destination and keep every order', async () => {
  await world.createDestination({ url: sink.url });
  const other = world.addReplica();
  const people = ['9001', '9002', '9003', '9004', '9005', '9006', '9007', '9008'];
  for (const psid of people) {
    await say(psid, ...numbers(20));
  }
  await world.project();
  await Promise.all([world.drainEngine(world.delivery), world.drainEngine(other)]);
  await world.drain();
  expect(sink.received).toHaveLength(160);
  for (const texts of Map.groupBy(sink.received, ({ data }) => data.conversationId).values()) {
    expect(texts.map(({ data }) => data.seq)).toEqual(numbers(20).map((_, index) => index + 1));
  }
  expect(new Set(sink.arrivals).size).toBe(160);
});

test('one that hangs keeps few sockets and holds up nobody else', async () => {
  const slow = await startSink();
  const hanging = held();
  slow.answer(hanging.answer);
  await world.createDestination({ url: slow.url, name: 'Slow' });
  await world.createDestination({ url: sink.url });
  for (let person = 0; person < 40; person += 1) {
    await say(`9${person}`, 'hello');
  }
  await world.project();
  const draining = world.drainEngine(world.delivery);
  await sink.arrivedAtLeast(40);
  expect(slow.arrivals.length).toBeLessThanOrEqual(4);
  hanging.release();
  await draining;
  expect(slow.texts()).toHaveLength(40);
  await slow.stop();
});

test('a stop cuts off what hangs, burns no try, and leaves it to the next at once', async () => {
  await world.createDestination({ url: sink.url });
  sink.answer(() => {});
  await say('9001', 'one', 'two');
  await world.project();
  const stopping = world.addReplica({ stopPatienceMs: 20 });
  const draining = world.drainEngine(stopping);
  await sink.arrivedAtLeast(1);
  const startedAt = performance.now();
  await Promise.all(stopping.workers.map((worker) => worker.stop()));
  await draining;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(await log()).toMatchObject([
    { state: 'waiting', attempts: 0 },
    { state: 'waiting', attempts: 0 },
  ]);
  sink.answer(ok);
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'two']);
});

test('a stop records all that ended meanwhile, more than one round settles', async () => {
  await world.createDestination({ url: sink.url });
  const sayToAll = async (text: string) => {
    for (let person = 0; person < 20; person += 1) {
      await say(`90${person}`, text);
    }
    await world.project();
  };
  const stopping = world.addReplica();
  await sayToAll('first');
  await world.drainEngine(stopping);
  const late = held();
  sink.answer(late.answer);
  await sayToAll('second');
  for (const worker of stopping.workers) {
    worker.start();
  }
  await sink.arrivedAtLeast(40);
  stopping.giveWay();
  const stopped = Promise.all(stopping.workers.map((worker) => worker.stop()));
  late.release();
  await stopped;
  expect((await log()).filter(({ state }) => state === 'delivered')).toHaveLength(40);
});

test('what was left out while it was under way holds up nothing behind it', async () => {
  await world.createDestination({ url: sink.url });
  const failing = held(status(500));
  sink.answer(failing.answer);
  await say('9001', 'left out', 'behind it');
  await world.project();
  const draining = world.drainEngine(world.delivery);
  await sink.arrivedAtLeast(1);
  const { body } = await world.call('GET', '/deliveries');
  const first = (body as { items: { id: string; seq: number }[] }).items.find(
    ({ seq }) => seq === 1,
  );
  expect((await world.call('POST', `/deliveries/${first?.id}/skip`)).status).toBe(200);
  sink.answer(ok);
  failing.release();
  await draining;
  await world.drain();
  expect(sink.texts()).toEqual(['behind it']);
});

test('others are told when something was queued, and only then', async () => {
  const told: string[] = [];
  const own = world.addReplica({ wakeOtherReplicas: () => void told.push('told') });
  own.wake();
  expect(told).toEqual([]);
  const { destination } = await world.createDestination({ url: sink.url });
  const event = {
    ...{ eventId: 'ev_1', gatewayId: 'gw_test', pageId: '1001', conversationId: 'cv_1' },
    ...{ seq: 1, kind: 'message' },
  };
  await db.transaction((tx) => own.onProjected(tx, [event as never]));
  own.wake();
  own.wake();
  expect(told).toEqual(['told']);
  expect((await world.health(destination.id)).waiting).toBe(1);
});
