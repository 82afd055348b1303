import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { createBench, emptyTables, NOW, textFrom } from './test-support/bench.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => emptyTables(db));

/** Unique by its watermark. */
const readBy = (psid: string, watermark: number) => ({
  sender: { id: psid },
  recipient: { id: '1001' },
  timestamp: NOW,
  read: { watermark },
});

const echoTo = (psid: string, mid: string) => ({
  sender: { id: '1001' },
  recipient: { id: psid },
  timestamp: NOW,
  message: { mid, text: 'answer', is_echo: true, app_id: 42 },
});

async function recorded() {
  const { rows } = await sql<{ kind: string; seq: number; conversation_id: string; id: string }>`
    select id, kind, seq, conversation_id from event where state = 'recorded'
    order by conversation_id, seq`.execute(db.read);
  return rows;
}

test('a flood of receipts and echoes does not hold up what people write', async () => {
  const bench = await createBench(db);
  const flood = Array.from({ length: 400 }, (_unused, index) =>
    index % 2 === 0 ? readBy('9001', NOW + index) : echoTo('9001', `e_${index}`),
  );
  await bench.deliver([...flood.slice(0, 300)]);
  await bench.deliver([textFrom('9002', 'help!'), textFrom('9002', 'please')]);
  await bench.deliver(flood.slice(300));
  const found = await db.transaction((tx) => bench.ingest.findNew(tx, 16));
  expect(found.filter(({ kind }) => kind === 'message')).toHaveLength(2);
  expect(found).toHaveLength(16);
});

test('a flood of messages leaves receipts and echoes a quarter of each batch', async () => {
  const bench = await createBench(db);
  await bench.deliver(Array.from({ length: 100 }, (_u, n) => textFrom('9001', `no ${n}`)));
  await bench.deliver(Array.from({ length: 50 }, (_u, n) => readBy('9001', NOW + n)));
  const found = await db.transaction((tx) => bench.ingest.findNew(tx, 40));
  expect(found.filter(({ kind }) => kind === 'read')).toHaveLength(10);
  expect(found).toHaveLength(40);
});

test('without a backlog the order is that of arrival, whatever the kind', async () => {
  const bench = await createBench(db);
  await bench.deliver([readBy('9001', NOW), textFrom('9001', 'a'), echoTo('9001', 'e_1')]);
  await bench.conversations.workers.projector.drain();
  expect((await recorded()).map(({ kind }) => kind)).toEqual(['read', 'message', 'echo']);
});

test('for one event at a time the oldest is taken, of whatever lane', async () => {
  const bench = await createBench(db);
  await bench.deliver([echoTo('9001', 'e_1'), textFrom('9001', 'a')]);
  const found = await db.transaction((tx) => bench.ingest.findNew(tx, 1));
  expect(found.map(({ kind }) => kind)).toEqual(['echo']);
});

/** What can happen to the engine, in any order; see the model below. */
type Command =
  | { kind: 'post'; events: { person: number; lane: 'message' | 'read' | 'echo'; id: number }[] }
  | { kind: 'drain'; by: 0 | 1 }
  /** The transaction fails after its last statement, as if the process or the disk had died. */
  | { kind: 'crash'; by: 0 | 1 }
  /** Enough time passes for a lease to run out. */
  | { kind: 'wait' };

const event = fc.record({
  person: fc.integer({ min: 0, max: 2 }),
  lane: fc.constantFrom('message' as const, 'read' as const, 'echo' as const),
  id: fc.integer({ min: 0, max: 30 }),
});
const by = fc.constantFrom(0 as const, 1 as const);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      events: fc.array(event, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drain' as const), by }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), by }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

function elementOf({ person, lane, id }: { person: number; lane: string; id: number }) {
  const psid = `900${person}`;
  const mid = `m_${person}_${lane}_${id}`;
  if (lane === 'read') {
    return readBy(psid, NOW + id);
  }
  return lane === 'echo' ? echoTo(psid, mid) : textFrom(psid, `text ${id}`, { mid });
}

/** Numbers without a gap in every conversation, and in each lane the order of arrival. */
function expectOrder(rows: Awaited<ReturnType<typeof recorded>>): void {
  for (const conversation of new Set(rows.map((row) => row.conversation_id))) {
    const own = rows.filter((row) => row.conversation_id === conversation);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_row, index) => index + 1));
    for (const isPeople of [true, false]) {
      const ids = own.filter(({ kind }) => (kind === 'message') === isPeople).map(({ id }) => id);
      expect(ids).toEqual([...ids].sort());
    }
  }
}

test('two projectors, copies, crashes and lost leases: once each, in order, without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 14 }), async (commands) => {
      await emptyTables(db);
      const failing = [false, false];
      const bench = async (who: 0 | 1) =>
        createBench(db, {
          onProjected: async () => {
            if (failing[who]) {
              failing[who] = false;
              throw new Error('It died here.');
            }
          },
        });
      const both = [await bench(0), await bench(1)] as const;
      const model = new Set<string>();
      const drain = (who: 0 | 1) => both[who].conversations.workers.projector.drain();
      for (const step of commands) {
        if (step.kind === 'post') {
          step.events.forEach((one) => {
            model.add(`900${one.person} ${one.lane} ${one.id}`);
          });
          await both[0].deliver(step.events.map(elementOf));
        } else if (step.kind === 'wait') {
          for (const { time } of both) {
            time.now += 3_001;
          }
        } else {
          failing[step.by] = step.kind === 'crash';
          await drain(step.by);
          failing[step.by] = false;
        }
      }
      for (const who of [0, 1, 0] as const) {
        both[who].time.now += 3_001;
        await drain(who);
      }
      const rows = await recorded();
      expect(rows).toHaveLength(model.size);
      expectOrder(rows);
    }),
    { numRuns: 40 },
  );
});
