import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { type Bench, bodyOf, createBench, keyOf, text } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  bench = await createBench(db);
  await db.transaction(async (tx) => {
    await sql`delete from event`.execute(tx);
  });
});

test('what Meta repeats is answered 200, stored once and counted', async () => {
  for (const _time of [1, 2, 3]) {
    expect((await bench.post(bodyOf([text('m_1'), text('m_2')]))).statusCode).toBe(200);
  }
  const rows = await bench.rows();
  expect(rows.map(({ dedupe_key, copies }) => [dedupe_key, copies])).toEqual([
    [keyOf('m_1'), 3],
    [keyOf('m_2'), 3],
  ]);
});

test('copies within one POST, and in POSTs that share a commit, count as well', async () => {
  await Promise.all([
    bench.post(bodyOf([text('m_1'), text('m_1')])),
    bench.post(bodyOf([text('m_1')])),
  ]);
  expect(await bench.rows()).toMatchObject([{ dedupe_key: keyOf('m_1'), copies: 3 }]);
});

test('every POST, every event and every copy is measured', async () => {
  await bench.post(bodyOf([text('m_1'), text('m_2')]));
  await bench.post(bodyOf([text('m_1')]));
  await bench.post(bodyOf([text('m_3')]), { secret: 'wrong' });
  const { measured } = bench.ingest;
  const counts = (readings: readonly { labels: readonly string[]; value: number }[]) =>
    Object.fromEntries(readings.map(({ labels, value }) => [labels[0], value]));
  expect(counts(measured.events.read())).toEqual({ new: 2, copy: 1 });
  expect(counts(measured.answers.read())).toMatchObject({ 200: 2, 401: 1, 503: 0 });
  expect(measured.ackSeconds.read().count).toBe(2);
  expect(await bench.ingest.backlog()).toMatchObject({ waiting: 2, parked: 0 });
});

test('the same mid on two Pages is two messages', async () => {
  await bench.post(bodyOf([text('m_1')], '1001'));
  await bench.post(bodyOf([text('m_1')], '1002'));
  expect(await bench.rows()).toMatchObject([{ copies: 1 }, { copies: 1 }]);
});

test('another order of keys, or another escaping, is the same event', async () => {
  await bench.post(bodyOf([text('m_1', 'é')]));
  const { message, timestamp, recipient, sender } = text('m_1', 'é');
  await bench.post(
    bodyOf([{ message, timestamp, recipient, sender }]).replace('é', String.raw`\u00e9`),
  );
  expect(await bench.rows()).toMatchObject([{ copies: 2, state: 'new' }]);
  expect(bench.seen.lines).toEqual([]);
});

test('a mid that comes again with another body is kept beside the first, parked and logged', async () => {
  await bench.post(bodyOf([text('m_1', 'one')]));
  await bench.post(bodyOf([text('m_1', 'two')]));
  await bench.post(bodyOf([text('m_1', 'two')]));
  const rows = await bench.rows();
  expect(rows.map(({ state, reason, copies }) => [state, reason, copies])).toEqual([
    ['new', null, 3],
    ['parked', 'conflicting_copy', 2],
  ]);
  expect(rows[1]?.raw).toContain('two');
  const [line] = bench.seen.lines;
  expect(line).toMatchObject({ level: 'warn', event: 'event.conflicted', knownId: rows[0]?.id });
  expect(JSON.stringify(bench.seen.lines)).not.toContain('two');
});

test('a conflicting copy within one POST is kept too', async () => {
  await bench.post(bodyOf([text('m_1', 'one'), text('m_1', 'two')]));
  expect(await bench.rows()).toMatchObject([
    { state: 'new', copies: 2 },
    { state: 'parked', reason: 'conflicting_copy', copies: 1 },
  ]);
});

test('receipts with the same watermark are copies, whatever else they say', async () => {
  const receipt = (at: number, mids: string[]) => ({
    sender: { id: '9001' },
    recipient: { id: '1001' },
    timestamp: at,
    delivery: { watermark: 1_795_350_000_000, mids },
  });
  await bench.post(bodyOf([receipt(1, ['m_1']), receipt(2, ['m_2'])]));
  await bench.post(bodyOf([receipt(3, [])]));
  expect(await bench.rows()).toMatchObject([{ kind: 'delivery', state: 'new', copies: 3 }]);
  expect(bench.seen.lines).toEqual([]);
});

test('rows go in sorted by key, so that two writers cannot wait for each other', async () => {
  const keys: unknown[] = [];
  const watched: Database = {
    ...db,
    bulkInsert(tx, insert) {
      const index = Object.keys(insert.columns).indexOf('dedupe_key');
      keys.push(...insert.rows.map((row) => row[index]));
      return db.bulkInsert(tx, insert);
    },
  };
  const other = await createBench(watched);
  await other.post(bodyOf(['m_c', 'm_a', 'm_d', 'm_b'].map((mid) => text(mid))));
  expect(keys).toEqual(['m_a', 'm_b', 'm_c', 'm_d'].map(keyOf));
});

test('whatever is sent, in whatever grouping, is there once and every copy is counted', async () => {
  const mid = fc.integer({ min: 0, max: 8 }).map((number) => `m_${number}`);
  const page = fc.constantFrom('1001', '1002');
  const posts = fc.array(fc.record({ page, mids: fc.array(mid, { minLength: 1, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(posts, fc.boolean(), async (model, together) => {
      await db.transaction(async (tx) => {
        await sql`delete from event`.execute(tx);
      });
      const send = (post: (typeof model)[number]) =>
        bench.post(
          bodyOf(
            post.mids.map((id) => text(id)),
            post.page,
          ),
        );
      if (together) {
        await Promise.all(model.map(send));
      } else {
        for (const post of model) {
          await send(post);
        }
      }
      const expected = new Map<string, number>();
      for (const post of model) {
        for (const id of post.mids) {
          const key = `${post.page} ${keyOf(id)}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
      }
      const rows = await bench.rows();
      const stored = rows.map((row) => [`${row.page_id} ${row.dedupe_key}`, row.copies] as const);
      expect(stored).toHaveLength(expected.size);
      expect(new Map(stored)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
