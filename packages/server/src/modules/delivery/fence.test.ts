import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { claimQueues, extendQueues, settleQueues } from './queue/store.ts';
import { type Answer, held, ok, type Sink, startSink, status } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

const LEASE_MS = 45_000;

let db: Database;
let world: World;
let sink: Sink;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db);
  sink = await startSink();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

async function states() {
  const { body } = await world.call('GET', '/deliveries');
  const { items } = body as { items: { state: string; attempts: number }[] };
  return items.toReversed().map(({ state, attempts }) => `${state} ${attempts}`);
}

async function trySeqs() {
  const { body } = await world.call('GET', '/deliveries');
  const { items } = body as { items: { eventId: string; seq: number }[] };
  const seqs = new Map(items.map(({ eventId, seq }) => [eventId, seq]));
  return sink.arrivals.map((id) => seqs.get(id));
}

/** One conversation of three messages whose first was sent by two: `late` lost its lease meanwhile. */
async function overtaken(lateAnswer: Answer) {
  await world.createDestination({ url: sink.url });
  await world.deliver(['one', 'two', 'three'].map((text) => textFrom('9001', text)));
  await world.project();
  const first = held(lateAnswer);
  sink.answer(first.answer);
  const late = world.drainEngine(world.addReplica());
  await sink.arrivedAtLeast(1);
  world.move(LEASE_MS);
  const second = held(ok);
  sink.answer(second.answer);
  const present = world.drainEngine(world.addReplica());
  await sink.arrivedAtLeast(2);
  sink.answer(ok);
  return {
    async endLate() {
      first.release();
      await late;
    },
    async endPresent() {
      second.release();
      await present;
    },
  };
}

test.each([
  { what: 'a success', answer: ok },
  { what: 'a failure', answer: status(500) },
])(
  'whose lease was lost in the middle of a batch records $what nowhere, sends nothing more, and leaves the conversation to its holder',
  async ({ answer }) => {
    const runs = await overtaken(answer);
    await runs.endLate();
    expect(await trySeqs()).toEqual([1, 1]);
    expect(await states()).toEqual(['waiting 0', 'waiting 0', 'waiting 0']);
    // The holder is still at it: a third finds nothing to claim.
    await world.drain();
    expect(await trySeqs()).toEqual([1, 1]);
    await runs.endPresent();
    expect(await trySeqs()).toEqual([1, 1, 2, 3]);
    expect(await states()).toEqual(['delivered 1', 'delivered 1', 'delivered 1']);
  },
);

test('one whose lease was lost and that ends last changes nothing', async () => {
  const runs = await overtaken(status(500));
  await runs.endPresent();
  const before = await states();
  await runs.endLate();
  expect(await states()).toEqual(before);
  expect(await trySeqs()).toEqual([1, 1, 2, 3]);
  await world.drain();
  expect(await trySeqs()).toEqual([1, 1, 2, 3]);
});

test('of two runs of one conversation that are settled together the present one counts', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  const queue = { destination_id: destination.id, queue_key: 'cv_1' };
  const claim = (id: string, now: number) =>
    db.transaction((tx) =>
      claimQueues(db, tx, {
        destination: { id: destination.id, version: destination.version, pausedUntil: null },
        ...{ id, now, until: now + LEASE_MS, limit: 1 },
      }),
    );
  await db.transaction((tx) => extendQueues(db, tx, { queues: [{ ...queue, added: 9 }], now: 0 }));
  expect(await claim('late', 0)).toHaveLength(1);
  expect(await claim('present', LEASE_MS)).toHaveLength(1);
  const settlements = [
    { ...queue, claim: 'present', head: 4, nextAt: LEASE_MS },
    { ...queue, claim: 'late', head: 2, nextAt: LEASE_MS },
  ];
  const settle = () => db.transaction((tx) => settleQueues(db, tx, settlements));
  expect(await settle()).toEqual([settlements[0]]);
  expect(await claim('next', LEASE_MS)).toMatchObject([{ head: 4, tail: 9 }]);
  expect(await settle()).toEqual([]);
});
