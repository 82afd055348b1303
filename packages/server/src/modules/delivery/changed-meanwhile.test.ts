import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { held, ok, type Sink, startSink, status } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

let db: Database;
let world: World;
let sink: Sink;
let other: Sink;
/** How often other replicas were told to look. */
let told = 0;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db, {
    wakeOtherReplicas() {
      told += 1;
    },
  });
  sink = await startSink();
  other = await startSink();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
  await other.stop();
});

/** One claimed run of three, whose first request is under way. */
async function underWay(replica = world.delivery) {
  const { destination } = await world.createDestination({ url: sink.url });
  await world.deliver(['one', 'two', 'three'].map((text) => textFrom('9001', text)));
  await world.project();
  const first = held();
  sink.answer(first.answer);
  const sending = world.drainEngine(replica);
  await sink.arrivedAtLeast(1);
  sink.answer(ok);
  return {
    path: `/destinations/${destination.id}`,
    async end() {
      first.release();
      await sending;
    },
  };
}

/** Another process, and what has it look at the database once, whatever it is busy with. */
function createReplica() {
  let looks = 0;
  let looked = Promise.withResolvers<void>();
  const replica = world.addReplica({
    async sharedTime() {
      looks += 1;
      looked.resolve();
      looked = Promise.withResolvers();
      return world.time.now;
    },
  });
  return {
    replica,
    async look() {
      // The second begins when the first is over.
      for (const enough = looks + 2; looks < enough; ) {
        const next = looked.promise;
        replica.wake();
        await next;
      }
    },
  };
}

test('a destination that is switched off gets nothing after what is under way', async () => {
  const run = await underWay();
  await world.call('PATCH', run.path, { version: 1, enabled: false });
  await run.end();
  expect(sink.texts()).toEqual(['one']);
  await world.call('PATCH', run.path, { version: 2, enabled: true });
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'two', 'three']);
});

test('a destination that is deleted gets nothing after what is under way', async () => {
  const run = await underWay();
  await world.call('DELETE', run.path);
  await run.end();
  expect(sink.texts()).toEqual(['one']);
});

test('what follows goes to the new address', async () => {
  const run = await underWay();
  await world.call('PATCH', run.path, { version: 1, url: other.url });
  await run.end();
  expect([sink.texts(), other.texts()]).toEqual([['one'], ['two', 'three']]);
});

test('what fails at the former address is held neither against the new one nor against events', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  const people = ['9001', '9002', '9003'];
  for (const person of people) {
    await world.deliver([textFrom(person, person)]);
  }
  await world.project();
  await db.transaction((tx) => sql`update delivery set tries = 12`.execute(tx));
  const last = held(status(500));
  sink.answer(last.answer);
  const sending = world.drainEngine(world.delivery);
  await sink.arrivedAtLeast(3);
  await world.call('PATCH', `/destinations/${destination.id}`, { version: 1, url: other.url });
  last.release();
  await sending;
  expect(other.texts().toSorted()).toEqual(people);
  expect(await world.health(destination.id)).toMatchObject({
    ...{ state: 'idle', parked: 0, failed: 3, delivered: 3 },
  });
});

test('what follows is signed with the new secret too', async () => {
  const run = await underWay();
  await world.call('POST', `${run.path}/rotate-secret`);
  await run.end();
  const signatures = sink.received.map(({ headers }) =>
    String(headers['webhook-signature'])
      .split(' ')
      .map((part) => part.split(',')[0]),
  );
  expect(signatures).toEqual([
    ['v1', 'v1a'],
    ['v1', 'v1', 'v1a'],
    ['v1', 'v1', 'v1a'],
  ]);
});

test.each([
  {
    what: 'switched off',
    change: (path: string) => ['PATCH', path, { version: 1, enabled: false }],
  },
  { what: 'deleted', change: (path: string) => ['DELETE', path] },
] as const)('another replica notices that it was $what at its next look', async ({ change }) => {
  const { replica, look } = createReplica();
  const run = await underWay(replica);
  const [method, path, body] = change(run.path);
  await world.call(method as 'PATCH', path as string, body as object | undefined);
  await look();
  await run.end();
  expect(sink.texts()).toEqual(['one']);
});

test('other replicas are told of a change', async () => {
  const run = await underWay();
  told = 0;
  await world.call('PATCH', run.path, { version: 1, enabled: false });
  expect(told).toBe(1);
  await run.end();
});
