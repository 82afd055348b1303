import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { createEdge, type Edge } from '../test-support/edge.ts';
import {
  CONVERSATION,
  createNode,
  createSurroundings,
  emptyReplies,
  type Node,
  person,
  type Surroundings,
} from '../test-support/node.ts';
import { sendAction } from './send-action.ts';

let db: Database;
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
  node = createNode(db, edge, around);
});

const drain = () => node.outbound.workers.sender.drain();
const type = () =>
  sendAction(node.deps, { conversationId: CONVERSATION, action: 'typing_on', actor: person });

test('while a Page is slowed down signs are left out, and leave again afterwards', async () => {
  edge.usage.now = { percent: 97, regainMinutes: 0 };
  await node.post('one');
  await drain();
  await type();
  expect(edge.signs).toEqual([]);
  around.clock.at += 10_000;
  await type();
  expect(edge.signs).toEqual(['typing_on']);
});

test('full meters in the answer to a sign slow down replies, too', async () => {
  edge.usage.now = { percent: 100, regainMinutes: 5 };
  await type();
  await node.post('one');
  await drain();
  expect(edge.ledger).toEqual([]);
  around.clock.at += 300_000;
  await drain();
  expect(edge.ledger).toHaveLength(1);
});

test.each(['613', '4'])(
  'a sign that is refused for a limit (%s) slows down what follows',
  async (code) => {
    edge.plan(`refused ${code}`);
    await expect(type()).rejects.toMatchObject({ code: 'meta_refused' });
    await type();
    await node.post('one');
    await drain();
    expect([edge.signs, edge.ledger]).toEqual([[], []]);
    around.clock.at += 60_000;
    await drain();
    await type();
    expect([edge.signs.length, edge.ledger.length]).toEqual([1, 1]);
  },
);

test('signs and texts of a Page share its three hundred calls of a second', async () => {
  await Promise.all(Array.from({ length: 310 }, type));
  expect(edge.signs).toHaveLength(300);
  await node.post('later');
  await drain();
  expect(edge.ledger).toEqual([]);
  around.clock.at += 1_000;
  await drain();
  await type();
  expect([edge.signs.length, edge.ledger.length]).toEqual([301, 1]);
});
