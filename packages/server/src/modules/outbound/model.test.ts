import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { HOLD_MS } from './send/store.ts';
import { type Arrived, createEdge, type Edge, type Fate, silence } from './test-support/edge.ts';
import {
  CONVERSATION,
  createNode,
  createSurroundings,
  emptyReplies,
  type Node,
  readReplies,
  type Surroundings,
} from './test-support/node.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

/**
 * What may happen, in any order and number. The model is the ledger at Meta's end: how often each
 * reply arrived there, against how often a person said of an unknown one "send again".
 */
type Command =
  | { readonly kind: 'post'; readonly parts: number }
  | { readonly kind: 'fate'; readonly fate: Fate }
  | { readonly kind: 'run' | 'settle' | 'late answer' | 'log in' | 'hear' | 'be deaf' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'echo'; readonly which: number }
  | { readonly kind: 'again' | 'arrived'; readonly which: number };

/** Those that leave a doubt come often, those that make everything wait seldom. */
const DOUBTFUL: readonly Fate[] = [
  'lost',
  'cut',
  'ends_after',
  'ends_before',
  'slow',
  'echo_first',
];
const PLAIN: readonly Fate[] = [
  ...(['answered', 'nobody', 'refused 1200', 'refused 2', 'refused 1/1357046'] as const),
  ...(['refused 10/2018278', 'refused 551', 'refused 100', 'refused 200'] as const),
];
const HOLDING: readonly Fate[] = ['refused 613', 'refused 4', 'refused 368', 'refused 190/460'];

const which = fc.nat({ max: 9 });
const one = <T extends string>(...kinds: T[]) => fc.record({ kind: fc.constantFrom(...kinds) });
const fateOf = (fates: readonly Fate[]) =>
  fc.record({ kind: fc.constant('fate' as const), fate: fc.constantFrom(...fates) });
const PAUSES_MS = [1, 1_000, 3_000, 10_000, 31_000, 61_000, 300_000];

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('post' as const), parts: fc.nat({ max: 2 }) }),
  },
  { weight: 5, arbitrary: fateOf(DOUBTFUL) },
  { weight: 2, arbitrary: fateOf(PLAIN) },
  { weight: 1, arbitrary: fateOf(HOLDING) },
  { weight: 8, arbitrary: one('run') },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(...PAUSES_MS),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('echo' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('again', 'arrived'), which }) },
  { weight: 3, arbitrary: one('settle', 'late answer', 'log in') },
  { weight: 1, arbitrary: one('be deaf', 'hear') },
);

type World = {
  readonly edge: Edge;
  readonly around: Surroundings;
  node: Node;
  /** Sendings that wait for a slow answer. */
  readonly open: Set<Promise<unknown>>;
  readonly posted: string[];
  /** Per reply: how often a person had it sent although it might have arrived. */
  readonly resent: Map<string, number>;
  /** Replies brought back on their way by a person; their place in the order is a new one. */
  readonly moved: Set<string>;
  readonly confirmed: Set<string>;
};

function createWorld(): World {
  const around = createSurroundings();
  const edge = createEdge(around.clock);
  const node = createNode(db, edge, around);
  const world: World = {
    ...{ edge, around, node, open: new Set(), posted: [], resent: new Map(), moved: new Set() },
    confirmed: new Set(),
  };
  edge.onEcho((arrived) => echo(world, arrived));
  return world;
}

/** Everything due is sent; a process that ends, or hangs on a slow answer, gets a successor. */
async function run(world: World): Promise<void> {
  const { edge } = world;
  const sending = world.node.outbound.workers.sender.drain();
  const isStuck = await Promise.race([sending.then(() => false), edge.stuck().then(() => true)]);
  if (isStuck) {
    world.open.add(sending);
    void sending.finally(() => world.open.delete(sending));
    world.node = createNode(db, edge, world.around);
  }
}

async function echo({ around, node }: World, { mid, replyId, at }: Arrived): Promise<void> {
  const messageId = `msg_${mid}`;
  await db.transaction((tx) =>
    node.outbound.onProjected(tx, [
      {
        ...{ eventId: `ev_${mid}`, gatewayId: 'gw_1', pageId: '1001', seq: 1, kind: 'echo' },
        conversationId: CONVERSATION,
        ownEcho: { messageId, mid, metadata: replyId, sentAt: at },
      },
    ]),
  );
  around.messages.add(mid);
}

async function apply(world: World, step: Command): Promise<void> {
  const { edge, around, node } = world;
  switch (step.kind) {
    case 'post': {
      if (!around.isLoggedIn) {
        return;
      }
      const number = world.posted.length;
      const texts = Array.from(
        { length: step.parts + 1 },
        (_, part) => `${number}.${part} ${'x'.repeat(1_500)}`,
      );
      world.posted.push(
        ...(await node.post(texts.join('\n\n'), CONVERSATION, true).catch(() => [])),
      );
      return;
    }
    case 'fate':
      edge.plan(step.fate);
      return;
    case 'run':
      return run(world);
    case 'settle':
      await node.outbound.workers.settler.drain();
      return;
    case 'wait':
      around.clock.at += step.ms;
      return;
    case 'be deaf':
      edge.looks.fail = silence();
      return;
    case 'hear':
      edge.looks.fail = undefined;
      return;
    case 'log in':
      around.isLoggedIn = true;
      return;
    case 'late answer':
      // The one that goes on ends, or does not come back again; the others wait as before.
      if (edge.answerLate()) {
        await Promise.race([...world.open, edge.stuck()]);
      }
      return;
    case 'echo': {
      const arrived = edge.ledger[step.which % Math.max(1, edge.ledger.length)];
      return arrived && echo(world, arrived);
    }
    case 'again':
    case 'arrived':
      return decide(world, step);
  }
}

/** A person presses a button that the screen shows for the state the reply is in. */
async function decide(world: World, step: { kind: 'again' | 'arrived'; which: number }) {
  const rows = (await readReplies(db)).filter(
    ({ state }) => state === 'unknown' || (state === 'failed' && step.kind === 'again'),
  );
  const row = rows[step.which % Math.max(1, rows.length)];
  if (!row) {
    return;
  }
  if (step.kind === 'arrived') {
    await world.node.arrived(row.id);
    world.confirmed.add(row.id);
    return;
  }
  if (row.failure === 'earlier_part_failed') {
    await expect(world.node.again(row.id)).rejects.toMatchObject({ code: 'conflict' });
    return;
  }
  await world.node.again(row.id);
  for (const part of await readReplies(db)) {
    if (part.request_id === row.request_id && part.part >= row.part) {
      world.moved.add(part.id);
    }
  }
  if (row.state === 'unknown') {
    world.resent.set(row.id, (world.resent.get(row.id) ?? 0) + 1);
  }
}

/** One of which nobody knows lets others pass; so do its parts, once nobody but a person can tell. */
async function noteOvertaken(world: World): Promise<void> {
  const rows = await readReplies(db);
  const heldSince = world.around.clock.at - HOLD_MS;
  for (const lost of rows.filter((row) => row.state === 'unknown')) {
    world.moved.add(lost.id);
    const holds = lost.settle_at !== null && (lost.claimed_until ?? 0) > heldSince;
    for (const row of holds ? [] : rows) {
      if (row.request_id === lost.request_id && row.part > lost.part) {
        world.moved.add(row.id);
      }
    }
  }
}

const arrivals = ({ edge }: World, id: string) =>
  edge.ledger.filter(({ replyId }) => replyId === id).length;

/**
 * Never twice, unless it was unknown and a person said so: calls that may have arrived are counted,
 * whether they did or not.
 */
function assertOnce(world: World): void {
  for (const id of world.posted) {
    const calls = world.edge.doubtful.filter((one) => one === id).length;
    expect(calls, id).toBeLessThanOrEqual(1 + (world.resent.get(id) ?? 0));
  }
}

/** A part leaves only when all before it arrived, or a person or Meta said so. */
async function assertParts(world: World): Promise<void> {
  const rows = await readReplies(db);
  for (const row of rows.filter(({ id }) => arrivals(world, id) > 0)) {
    for (const before of rows) {
      if (before.request_id === row.request_id && before.part < row.part) {
        expect(before.state === 'sent' || arrivals(world, before.id) > 0, before.id).toBe(true);
      }
    }
  }
}

/** What nobody moved arrives in the order in which it was posted. */
function assertOrder(world: World): void {
  const arrived = world.edge.ledger
    .map(({ replyId }) => replyId)
    .filter((id) => !world.moved.has(id));
  const expected = world.posted.filter((id) => arrived.includes(id));
  expect(arrived).toEqual(expected);
}

/** Meta reports everything back, time passes, nothing fails any more. */
async function assertEnd(world: World): Promise<void> {
  world.edge.clear();
  world.edge.looks.fail = undefined;
  world.around.isLoggedIn = true;
  for (const arrived of [...world.edge.ledger]) {
    await echo(world, arrived);
  }
  for (let round = 0; round < 70; round += 1) {
    world.around.clock.at += 61_000;
    await world.node.outbound.workers.settler.drain();
    await run(world);
  }
  for (const arrived of [...world.edge.ledger]) {
    await echo(world, arrived);
  }
  for (const row of await readReplies(db)) {
    const has = arrivals(world, row.id);
    const told = `${row.id} ${row.state} ${row.failure} arrived ${has}`;
    // A part may wait for one of which nobody knows; nothing else waits for ever.
    if (row.state === 'waiting') {
      const before = (await readReplies(db)).filter(
        (one) => one.request_id === row.request_id && one.part < row.part,
      );
      expect(
        before.map(({ state }) => state),
        told,
      ).toContain('unknown');
    } else {
      expect(['sent', 'failed', 'unknown'], told).toContain(row.state);
    }
    expect(row.state === 'sent', told).toBe(has > 0 || world.confirmed.has(row.id));
  }
}

test('whatever happens in whatever order, no reply is sent twice unless a person said so', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 20, maxLength: 60, size: 'max' }),
      async (commands) => {
        await emptyReplies(db);
        const world = createWorld();
        for (const step of commands) {
          await apply(world, step);
          await noteOvertaken(world);
          assertOnce(world);
          await assertParts(world);
        }
        assertOrder(world);
        await assertEnd(world);
        assertOnce(world);
      },
    ),
    { numRuns: db.engine === 'sqlite' ? 400 : 60, endOnFailure: false },
  );
}, 540_000);
