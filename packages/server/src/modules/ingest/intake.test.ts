import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CompiledQuery } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Database, Executor } from '../../platform/db/index.ts';
import { createDistribution, createTally } from '../../platform/metrics/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { withOutages } from '../../test-support/outage.ts';
import { createIntake } from './intake.ts';
import { bodyOf, createBench, keyOf, text } from './test-support/bench.ts';

let db: Database;
beforeEach(async () => {
  db = await testDatabase();
});

/** The database with something done before or instead of each commit, and a count of them. */
function watched(before: (tx: Executor, count: number) => Promise<void>) {
  const seen = { commits: 0 };
  const database: Database = {
    ...db,
    transaction: (work) =>
      db.transaction(async (tx) => {
        seen.commits += 1;
        const count = seen.commits;
        const result = await work(tx);
        await before(tx, count);
        return result;
      }),
  };
  return { database, seen };
}

/** The database with its commits held back until the test lets them go. */
function heldBack() {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const database: Database = {
    ...db,
    async transaction(work) {
      entered.resolve();
      await gate.promise;
      return db.transaction(work);
    },
  };
  return { database, entered: entered.promise, letGo: () => gate.resolve() };
}

/** What a full disk or a lost connection looks like from here: the statement throws. */
const fails = async (tx: Executor) => {
  await tx.executeQuery(CompiledQuery.raw('insert into no_such_table values (1)'));
};

test('200 is answered only after the commit (invariant 1)', async () => {
  const { database, entered, letGo } = heldBack();
  const bench = await createBench(database);
  let answered = 0;
  const answer = bench.post(bodyOf([text('m_1')])).then((response) => {
    answered = response.statusCode;
  });
  await entered;
  // Another request goes all the way round; an answer that did not wait would have overtaken it.
  const malformed = { 'hub.verify_token': 'the-verify-token' };
  expect((await bench.handshake(malformed)).statusCode).toBe(400);
  expect(answered).toBe(0);
  letGo();
  await answer;
  expect(answered).toBe(200);
});

test('taking events in opens no connection to anybody (invariant 1)', async () => {
  const bench = await createBench(db);
  await bench.post(bodyOf([text('m_0')]));
  const opened: string[] = [];
  const channels = ['net.client.socket', 'http.client.request.start', 'undici:request:create'];
  const note = (_message: unknown, name: string | symbol) => void opened.push(String(name));
  for (const channel of channels) {
    subscribe(channel, note);
  }
  await bench.post(bodyOf([text('m_1'), { ...text('m_2'), sender: { id: 'somebody new' } }], '77'));
  for (const channel of channels) {
    unsubscribe(channel, note);
  }
  expect(opened).toEqual([]);
});

test('a store that cannot commit gets 503 with Retry-After, and never 200', async () => {
  const { database } = watched(fails);
  const bench = await createBench(database);
  const answer = await bench.post(bodyOf([text('m_1')]));
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('2');
  expect(JSON.parse(answer.body).error.code).toBe('unavailable');
  expect(await bench.rows()).toEqual([]);
  expect(bench.seen.stored).toBe(0);
});

test('a gateway that cannot be looked up gets 503 too, not 404', async () => {
  const bench = await createBench({ ...db, transaction: () => Promise.reject(new Error('gone')) });
  const answer = await bench.handshake({
    'hub.mode': 'subscribe',
    'hub.challenge': '1',
    'hub.verify_token': 'the-verify-token',
  });
  expect(answer.statusCode).toBe(503);
});

test('requests that arrive during a commit share the next one, and no POST is divided', async () => {
  const { database, seen } = watched(async () => {});
  const bench = await createBench(database);
  const posts = Array.from({ length: 40 }, (_unused, post) =>
    bench.post(
      bodyOf(Array.from({ length: 10 }, (_none, element) => text(`m_${post}_${element}`))),
    ),
  );
  const answers = await Promise.all(posts);
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  expect(await bench.rows()).toHaveLength(400);
  expect(seen.commits).toBeLessThan(10);
});

test('one POST of a thousand events for several Pages is one transaction', async () => {
  const { database, seen } = watched(async () => {});
  const bench = await createBench(database);
  const entry = Array.from({ length: 10 }, (_unused, page) => ({
    id: String(2_000 + page),
    messaging: Array.from({ length: 100 }, (_none, element) => text(`m_${page}_${element}`)),
  }));
  const answer = await bench.post(JSON.stringify({ object: 'page', entry }));
  expect(answer.statusCode).toBe(200);
  expect(await bench.rows()).toHaveLength(1_000);
  expect(seen.commits).toBe(1);
});

test('events keep the order in which they arrived', async () => {
  const bench = await createBench(db);
  const mids = Array.from({ length: 300 }, (_unused, index) => `m_${(index * 7919) % 300}`);
  await bench.post(bodyOf(mids.map((mid) => text(mid))));
  expect((await bench.rows()).map((row) => row.dedupe_key)).toEqual(mids.map(keyOf));
});

test('what the store refuses does not hold up what came with it, and is kept as bytes', async () => {
  const database: Database = {
    ...db,
    bulkInsert(tx, insert) {
      const isPoison = insert.rows.some((row) => row.includes(keyOf('poison')));
      return isPoison ? Promise.reject(new Error('refused')) : db.bulkInsert(tx, insert);
    },
  };
  const bench = await createBench(database);
  const answers = await Promise.all(
    ['m_1', 'poison', 'm_2'].map((mid) => bench.post(bodyOf([text(mid)]))),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  const rows = await bench.rows();
  expect(rows.map(({ state, reason }) => [state, reason]).sort()).toEqual([
    ['new', null],
    ['new', null],
    ['parked', 'unparseable'],
  ]);
  const kept = rows.find(({ state }) => state === 'parked')?.raw ?? '';
  expect(Buffer.from(kept.replace('base64:', ''), 'base64').toString()).toContain('poison');
});

test('a database that does not work parks no POST, not even one that it failed alone', async () => {
  const { database, plan } = withOutages(db);
  const bench = await createBench(database);
  plan.push('outage', 'outage');
  const answer = await bench.post(bodyOf([text('m_1')]));
  expect(answer.statusCode).toBe(503);
  expect(await bench.rows()).toEqual([]);
  plan.push('outage');
  expect((await bench.post(bodyOf([text('m_1')]))).statusCode).toBe(200);
  expect(await bench.rows()).toMatchObject([{ state: 'new', dedupe_key: keyOf('m_1') }]);
});

test('when the wait would be longer than two seconds, the answer is 503 at once', async () => {
  let now = 0;
  const { database, entered, letGo } = heldBack();
  const bench = await createBench(database, { elapsed: () => now });
  const first = bench.post(bodyOf([text('m_1')]));
  await entered;
  now = 2_001;
  expect((await bench.post(bodyOf([text('m_2')]))).statusCode).toBe(503);
  letGo();
  expect((await first).statusCode).toBe(200);
});

test('a store that stands still is told before Meta hangs up, and a repetition is a copy', async () => {
  const { database, entered, letGo } = heldBack();
  const bench = await createBench(database, { stalledAfterMs: 20 });
  const [first, second] = [bodyOf([text('m_1')]), bodyOf([text('m_2')])];
  const stuck = bench.post(first);
  await entered;
  const behind = bench.post(second);
  expect([await stuck, await behind].map(({ statusCode }) => statusCode)).toEqual([503, 503]);
  expect((await stuck).headers['retry-after']).toBe('2');
  letGo();
  await bench.ingest.stop();
  // The commit came through after all; what waited behind it was never begun.
  expect(await bench.rows()).toHaveLength(1);
  const later = await createBench(db);
  for (const body of [first, second]) {
    expect((await later.post(body)).statusCode).toBe(200);
  }
  expect(await later.rows()).toHaveLength(2);
});

test('stopping commits what waits and refuses what comes later', async () => {
  const { database, entered, letGo } = heldBack();
  const bench = await createBench(database);
  const waiting = bench.post(bodyOf([text('m_1')]));
  await entered;
  const stopped = bench.ingest.stop();
  expect((await bench.post(bodyOf([text('m_2')]))).statusCode).toBe(503);
  letGo();
  await stopped;
  expect(await bench.rows()).toHaveLength(1);
  expect((await waiting).statusCode).toBe(200);
});

test('times of storing are remembered for the projector, and only so many of them', async () => {
  const time = { now: 0 };
  let number = 0;
  const intake = createIntake({
    ...{ clock: { now: () => 0 }, elapsed: () => time.now, onStored() {} },
    log: { info() {}, warn() {}, error() {} },
    counts: { ackSeconds: createDistribution([1]), events: createTally(['new', 'copy']) },
    async keep(posts) {
      time.now += 3;
      const inserted = posts.map(() => Array.from({ length: 5_000 }, () => `ev_${number++}`));
      return { inserted, copies: 0, conflicting: [] };
    },
  });
  const take = async (posts: number) => {
    for (let post = 0; post < posts; post += 1) {
      await intake.accept('gw_test', Buffer.from('{}'));
    }
  };
  await take(1);
  expect(intake.storedMs('ev_0')).toBe(3);
  expect(intake.storedMs('ev_5000')).toBeNull();
  await take(4);
  expect([intake.storedMs('ev_0'), intake.storedMs('ev_24999')]).toEqual([3, 3]);
  await take(1);
  expect([intake.storedMs('ev_0'), intake.storedMs('ev_29999')]).toEqual([null, 3]);
});
