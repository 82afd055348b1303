import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { causeOutage, withOutages } from '../../test-support/outage.ts';
import { refusal } from '../graph/test-support/refusal.ts';
import { createEdge, type Edge, silence } from './test-support/edge.ts';
import {
  createNode,
  createSurroundings,
  emptyReplies,
  type Node,
  readReplies,
  type Surroundings,
} from './test-support/node.ts';

let db: Database;
let plan: ReturnType<typeof withOutages>['plan'];
let edge: Edge;
let around: Surroundings;
let node: Node;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);
beforeEach(async () => {
  await emptyReplies(db);
  around = createSurroundings();
  edge = createEdge(around.clock);
  const failing = withOutages(db);
  plan = failing.plan;
  node = createNode(failing.database, edge, around);
});

const drain = (of = node) => of.outbound.workers.sender.drain();
const settle = () => node.outbound.workers.settler.drain();
const texts = () => edge.ledger.map(({ text }) => text);
const outage = () => db.transaction((tx) => causeOutage(db, tx));

/** A hook that has that many outages, and then is none. */
const failing = (times: number) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) {
      await outage();
    }
  };
};

test('an outage before the call holds the reply up, and does not make it unknown', async () => {
  await node.post('hello');
  around.atAddress = failing(2);
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'sent', mid: 'm_1', attempts: 1 }]);
  expect(texts()).toEqual(['hello']);
});

test('what Meta answered is recorded once the database works again', async () => {
  await node.post('sent');
  // Looking for lost ones, the claim, the tag; then twice the record.
  plan.push('works', 'works', 'works', 'outage', 'outage');
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'sent', mid: 'm_1' }]);
  edge.plan('refused 1200');
  await node.post('refused');
  plan.push('works', 'works', 'works', 'outage', 'outage');
  await drain();
  expect(plan).toEqual([]);
  expect((await readReplies(db))[1]).toMatchObject({ state: 'waiting', attempts: 1 });
  expect(node.outbound.sends.read()).toContainEqual({ labels: ['retry retry'], value: 1 });
});

test('one whose claim ran out before it left does not leave, and is not unknown for long', async () => {
  const other = createNode(db, edge, around);
  await node.post('once');
  let isFirst = true;
  around.atAddress = async () => {
    if (isFirst) {
      isFirst = false;
      around.clock.at += 31_000;
      await drain(other);
      expect(await readReplies(db)).toMatchObject([{ state: 'unknown' }]);
    }
  };
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'sent', attempts: 1, problem: null }]);
  expect(texts()).toEqual(['once']);
});

test('one that a person had sent again while its process stood still does not leave twice', async () => {
  const other = createNode(db, edge, around);
  const [id = ''] = await node.post('once');
  let isFirst = true;
  around.atAddress = async () => {
    if (isFirst) {
      isFirst = false;
      around.clock.at += 31_000;
      await drain(other);
      await other.again(id);
      await drain(other);
    }
  };
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'sent' }]);
  expect(texts()).toEqual(['once']);
});

test('an outage while Meta is to be asked is no answer of Meta’s', async () => {
  edge.plan('lost');
  await node.post('hello');
  await drain();
  around.clock.at += 5_000;
  for (let outages = 0; outages < 4; outages += 1) {
    around.atAccess = outage;
    await expect(settle()).rejects.toThrow();
    around.clock.at += 60_000;
  }
  around.atAccess = async () => {};
  await settle();
  expect(await readReplies(db)).toMatchObject([{ state: 'sent', mid: 'm_1' }]);
});

test.each([
  ['an outage of Meta’s', silence()],
  ['a limit', refusal('613')],
  ['a token that died', refusal('190/460')],
])(
  '%s while it is to be asked is no look; it is looked for until it can be found',
  async (_, fail) => {
    edge.plan('lost');
    await node.post('hello');
    await drain();
    edge.looks.fail = fail;
    for (let minutes = 0; minutes < 7 * 60; minutes += 1) {
      around.clock.at += 60_000;
      await settle();
    }
    expect(await readReplies(db)).toMatchObject([{ state: 'unknown', settle_attempts: 0 }]);
    edge.looks.fail = undefined;
    around.clock.at += 15 * 60_000;
    await settle();
    expect(await readReplies(db)).toMatchObject([{ state: 'sent', mid: 'm_1' }]);
  },
);

test('looks without an answer become fewer, and end after a day', async () => {
  edge.plan('cut');
  await node.post('hello');
  await drain();
  const asked = vi.fn();
  around.atAccess = async () => asked();
  edge.looks.fail = silence();
  for (let minutes = 0; minutes < 25 * 60; minutes += 1) {
    around.clock.at += 60_000;
    await settle();
  }
  expect(await readReplies(db)).toMatchObject([{ state: 'unknown', settle_at: null }]);
  expect(asked.mock.calls.length).toBeGreaterThan(50);
  expect(asked.mock.calls.length).toBeLessThan(120);
});

test.each(['613', '4'])(
  'while a limit (%s) slows replies down, Meta is not asked for lost ones',
  async (code) => {
    edge.plan('lost', `refused ${code}`);
    await node.post('hello');
    await drain();
    await node.post('limited', 'cv_2');
    await drain();
    const asked = vi.fn();
    around.atAccess = async () => asked();
    around.clock.at += 59_000;
    await settle();
    expect(asked).not.toHaveBeenCalled();
    around.clock.at += 1_000;
    await settle();
    expect((await readReplies(db))[0]).toMatchObject({ state: 'sent', mid: 'm_1' });
  },
);

test('a refusal that stays is an answer: the second ends the looking', async () => {
  edge.plan('cut');
  await node.post('hello');
  await drain();
  edge.looks.fail = refusal('200');
  around.clock.at += 5_000;
  await settle();
  around.clock.at += 30_000;
  await settle();
  expect(await readReplies(db)).toMatchObject([{ settle_attempts: 2, settle_at: null }]);
});

test('the parts behind one that is looked for in vain hold up others for a minute, not for a day', async () => {
  edge.plan('cut');
  edge.looks.fail = silence();
  await node.post(['a', 'b'].map((word) => word.repeat(1_500)).join('\n\n'), undefined, true);
  await drain();
  await node.post('next');
  around.clock.at += 80_000;
  await settle();
  await drain();
  expect(texts()).toEqual([]);
  around.clock.at += 10_000;
  await drain();
  expect(texts()).toEqual(['next']);
});

test('a process that stops does not wait for a database that does not work', async () => {
  await node.post('later');
  around.atAddress = outage;
  const drained = drain();
  await node.outbound.workers.sender.stop();
  await drained;
  expect(await readReplies(db)).toMatchObject([{ state: 'sending' }]);
  expect(texts()).toEqual([]);
});
