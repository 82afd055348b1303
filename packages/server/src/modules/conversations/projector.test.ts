import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { causeOutage } from '../../test-support/outage.ts';
import type { ProjectedEvent } from './index.ts';
import { type Bench, createBench, emptyTables, NOW, textFrom } from './test-support/bench.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => emptyTables(db));
const drain = (bench: Bench) => bench.conversations.workers.projector.drain();

async function states() {
  const { rows } = await sql<{ state: string; reason: string | null; count: number }>`
    select state, reason, count(*) as count from event group by state, reason
    order by state, reason`.execute(db.read);
  return rows;
}

async function seqs() {
  const { rows } = await sql<{ seq: number }>`
    select seq from message order by conversation_id, seq`.execute(db.read);
  return rows.map(({ seq }) => seq);
}

test('a process that dies between commit and projection loses nothing and doubles nothing', async () => {
  const dead = await createBench(db);
  await dead.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  expect(await states()).toEqual([{ state: 'new', reason: null, count: 2 }]);
  const next = await createBench(db);
  await drain(next);
  await drain(next);
  expect(await states()).toEqual([{ state: 'recorded', reason: null, count: 2 }]);
  expect(await seqs()).toEqual([1, 2]);
});

test('a mid that comes again with another time is parked, in one batch or in the next', async () => {
  const bench = await createBench(db);
  const at = (time: number, text: string) => textFrom('9001', text, { at: time, mid: 'm_same' });
  await bench.deliver([at(NOW, 'one'), at(NOW + 1, 'two')]);
  await drain(bench);
  await bench.deliver([at(NOW + 2, 'three')]);
  await drain(bench);
  expect(await states()).toEqual([
    { state: 'parked', reason: 'conflicting_copy', count: 2 },
    { state: 'recorded', reason: null, count: 1 },
  ]);
  const { rows } = await sql`select seq, text from message`.execute(db.read);
  expect(rows).toEqual([{ seq: 1, text: 'one' }]);
});

test('one mid may belong to a message, a postback, and another person’s message', async () => {
  const bench = await createBench(db);
  const { message: _message, ...envelope } = textFrom('9001', '');
  await bench.deliver([
    textFrom('9001', 'one', { mid: 'm_same' }),
    { ...envelope, postback: { mid: 'm_same', title: 'Yes', payload: 'YES' } },
    textFrom('9002', 'two', { mid: 'm_same', at: NOW }),
  ]);
  await drain(bench);
  expect(await states()).toEqual([{ state: 'recorded', reason: null, count: 3 }]);
});

test('a transaction that fails at its end leaves nothing behind and is done again', async () => {
  let failures = 2;
  const bench = await createBench(db, {
    onProjected: async () => {
      failures -= 1;
      if (failures >= 0) {
        throw new Error('The power went out.');
      }
    },
  });
  await bench.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  await drain(bench);
  expect(await states()).toEqual([{ state: 'recorded', reason: null, count: 2 }]);
  expect(await seqs()).toEqual([1, 2]);
});

test('an event that cannot be projected is parked, holds up no other, and can be tried again', async () => {
  let isBroken = true;
  const told: ProjectedEvent[] = [];
  const bench = await createBench(db, {
    onProjected: async (tx, events) => {
      const { rows } = await sql<{ event_id: string }>`
        select event_id from message where text = 'poison'`.execute(tx);
      if (isBroken && events.some(({ eventId }) => eventId === rows[0]?.event_id)) {
        throw new Error('Nobody foresaw this.');
      }
      told.push(...events);
    },
  });
  const words = ['one', 'two', 'poison', 'three', 'four'];
  await bench.deliver(words.map((text) => textFrom('9001', text)));
  await drain(bench);
  expect(await states()).toEqual([
    { state: 'parked', reason: 'failed', count: 1 },
    { state: 'recorded', reason: null, count: 4 },
  ]);
  expect(await seqs()).toEqual([1, 2, 3, 4]);
  const { rows } = await sql<{ id: string }>`select id from event where state = 'parked'`.execute(
    db.read,
  );
  const poison = rows[0]?.id ?? '';
  expect((await bench.get(`/events/${poison}`)).json()).toMatchObject({ reason: 'failed' });
  isBroken = false;
  expect(await bench.conversations.retryFailed(poison)).toBe(true);
  await drain(bench);
  expect(await seqs()).toEqual([1, 2, 3, 4, 5]);
  expect(await bench.conversations.retryFailed(poison)).toBe(false);
  const numbered = told.map(({ seq, conversationId }) => [seq, typeof conversationId]);
  expect(numbered).toEqual([1, 2, 3, 4, 5].map((seq) => [seq, 'string']));
});

test('a database that does not work parks nothing, however often it fails', async () => {
  let isWorking = false;
  const bench = await createBench(db, {
    onProjected: async (tx) => {
      if (!isWorking) {
        await causeOutage(db, tx);
      }
    },
  });
  await bench.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  for (let failures = 0; failures < 8; failures += 1) {
    await expect(drain(bench)).rejects.toThrow();
  }
  isWorking = true;
  await drain(bench);
  expect(await states()).toEqual([{ state: 'recorded', reason: null, count: 2 }]);
  expect(await seqs()).toEqual([1, 2]);
});

test('while one projector holds the lease, another one does nothing', async () => {
  const first = await createBench(db);
  const second = await createBench(db);
  await first.deliver([textFrom('9001', 'one')]);
  await drain(first);
  await second.deliver([textFrom('9001', 'two')]);
  await drain(second);
  expect(await states()).toContainEqual({ state: 'new', reason: null, count: 1 });
  await drain(first);
  expect(await seqs()).toEqual([1, 2]);
});

test('a projector that stopped for long finds its lease taken, and writes nothing', async () => {
  const sleeper = await createBench(db);
  await sleeper.deliver([textFrom('9001', 'one')]);
  await drain(sleeper);
  const heir = await createBench(db);
  heir.time.now += 3_001;
  await heir.deliver([textFrom('9001', 'two')]);
  await drain(heir);
  expect(await seqs()).toEqual([1, 2]);
  // By its own clock the sleeper's lease is good for seconds yet.
  await heir.deliver([textFrom('9001', 'three')]);
  await drain(sleeper);
  expect(await states()).toContainEqual({ state: 'new', reason: null, count: 1 });
  await drain(heir);
  expect(await seqs()).toEqual([1, 2, 3]);
});

test('a projector that stops gives its lease up at once', async () => {
  const first = await createBench(db);
  await first.deliver([textFrom('9001', 'one')]);
  await drain(first);
  await first.conversations.workers.projector.stop();
  const second = await createBench(db);
  await second.deliver([textFrom('9001', 'two')]);
  await drain(second);
  expect(await seqs()).toEqual([1, 2]);
});

test('two projectors that both believe to be alone still number without gaps', async () => {
  const benches = [await createBench(db), await createBench(db), await createBench(db)];
  const [one, two, three] = benches;
  if (!(one && two && three)) {
    throw new Error('Three benches were made.');
  }
  // Each takes the lease from the others over and over, as if clocks and pauses went wild.
  for (const [index, bench] of benches.entries()) {
    bench.time.now += index * 100_000;
  }
  const posts = Array.from({ length: 60 }, (_unused, index) =>
    one.deliver([textFrom(`90${index % 3}`, `no ${index}`)]),
  );
  const rounds = Array.from({ length: 10 }, async (_unused, round) => {
    for (const bench of benches) {
      bench.time.now += round * 20_000;
      await drain(bench);
    }
  });
  await Promise.all([...posts, ...rounds]);
  three.time.now += 10_000_000;
  await drain(three);
  expect(await states()).toEqual([{ state: 'recorded', reason: null, count: 60 }]);
  const { rows } = await sql<{ seq: number; low: number; high: number; count: number }>`
    select v.seq, min(m.seq) as low, max(m.seq) as high, count(*) as count
    from conversation v join message m on m.conversation_id = v.id
    group by v.id, v.seq`.execute(db.read);
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect([row.low, row.high, row.count]).toEqual([1, row.seq, row.seq]);
  }
});
