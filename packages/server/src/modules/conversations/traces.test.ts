import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { startOtlpReceiver, tracingTo } from '../../test-support/otlp-receiver.ts';
import { createBench, emptyTables, textFrom } from './test-support/bench.ts';

const closing: (() => Promise<unknown>)[] = [];
let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => emptyTables(db));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

/** Exports at once what ended until now, and gives the spans of that name. */
async function traces() {
  const otlp = await startOtlpReceiver();
  closing.push(otlp.stop);
  const tracing = tracingTo(otlp);
  closing.push(tracing.close);
  return {
    tracing,
    async spans(name: string) {
      await tracing.flush();
      return otlp.spans().filter((span) => span.name === name);
    },
  };
}

test('a batch that fails is seen to fail, and its events to succeed one by one', async () => {
  const { tracing, spans } = await traces();
  let failures = 1;
  const bench = await createBench(db, {
    tracing,
    onProjected: async () => {
      failures -= 1;
      if (failures >= 0) {
        throw new TypeError('Not what the person wrote.');
      }
    },
  });
  await bench.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  await bench.conversations.workers.projector.drain();
  const all = await spans('project event');
  const told = all.map(({ isError, attributes }) => [
    isError ? attributes['error.type'] : attributes['chatgate.event.state'],
    attributes['chatgate.projection.events'],
  ]);
  expect(told).toEqual([
    ['TypeError', 2],
    ['TypeError', 2],
    ['recorded', 1],
    ['recorded', 1],
  ]);
  expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(1);
});

test('a POST that could not be stored is a trace that says so', async () => {
  const { tracing, spans } = await traces();
  let isFull = true;
  const ingestDb: Database = {
    ...db,
    async transaction(work) {
      if (isFull) {
        throw new RangeError('The disk is full.');
      }
      return db.transaction(work);
    },
  };
  const bench = await createBench(db, { tracing, ingestDb });
  const refused = await bench.post('{"object":"page","entry":[]}');
  expect(refused.statusCode).toBe(503);
  isFull = false;
  await bench.post('{"object":"page","entry":[]}');
  const posts = await spans('POST /meta/{uri}/webhook');
  expect(posts.map(({ isError, attributes }) => [isError, attributes['error.type']])).toEqual([
    [true, '503'],
    [false, undefined],
  ]);
  const commits = await spans('commit events');
  expect(commits.at(0)).toMatchObject({
    isError: true,
    attributes: { 'error.type': 'RangeError' },
  });
  expect(commits.at(-1)).toMatchObject({ isError: false, parentSpanId: posts[1]?.spanId });
});

test('POSTs that share a commit keep their own traces', async () => {
  const { tracing, spans } = await traces();
  const bench = await createBench(db, { tracing });
  await Promise.all([
    bench.deliver([textFrom('9001', 'one')]),
    bench.deliver([textFrom('9002', 'two')]),
  ]);
  await bench.conversations.workers.projector.drain();
  const posts = await spans('POST /meta/{uri}/webhook');
  expect(new Set(posts.map(({ traceId }) => traceId)).size).toBe(2);
  for (const name of ['commit events', 'project event']) {
    const parents = (await spans(name)).map(({ parentSpanId }) => parentSpanId).sort();
    expect(parents).toEqual(posts.map(({ spanId }) => spanId).sort());
  }
});

test('an insertion has a column for traces only where one of its events is traced', async () => {
  const { tracing } = await traces();
  const columns: string[][] = [];
  const ingestDb: Database = {
    ...db,
    bulkInsert(tx, insert) {
      columns.push(Object.keys(insert.columns));
      return db.bulkInsert(tx, insert);
    },
  };
  await (await createBench(db, { ingestDb })).deliver([textFrom('9001', 'one')]);
  await (await createBench(db, { ingestDb, tracing })).deliver([textFrom('9001', 'two')]);
  expect(columns.map((names) => names.includes('trace'))).toEqual([false, true]);
});

test('an erased customer takes along what points to their traces', async () => {
  const { tracing } = await traces();
  const bench = await createBench(db, { tracing });
  await bench.deliver([textFrom('9001', 'one')]);
  await bench.conversations.workers.projector.drain();
  const left = async () =>
    (await sql<{ trace: string | null }>`select trace from event`.execute(db.read)).rows;
  expect(await left()).toEqual([{ trace: expect.stringMatching(/^00-[0-9a-f]{32}-/) }]);
  const [{ id } = { id: '' }] = (await bench.list()).items;
  await bench.app.inject({ method: 'DELETE', url: `/api/v1/conversations/${id}` });
  await bench.conversations.workers.personEraser.drain();
  expect(await left()).toEqual([{ trace: null }]);
});
