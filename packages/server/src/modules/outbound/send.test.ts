import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { postReply } from './post/post-reply.ts';
import { deleteOldRequests, findRequest, insertRequest } from './store.ts';
import { createEdge, type Edge, type Fate } from './test-support/edge.ts';
import {
  CONVERSATION,
  createNode,
  createSurroundings,
  emptyReplies,
  NOW,
  type Node,
  person,
  readReplies,
  type Surroundings,
} from './test-support/node.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

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

const drain = (of = node) => of.outbound.workers.sender.drain();
const settle = () => node.outbound.workers.settler.drain();
const states = async () => (await readReplies(db)).map(({ state }) => state);
const texts = () => edge.ledger.map(({ text }) => text);

test('while one is under way nothing else of its conversation leaves, but others do', async () => {
  edge.plan('slow');
  await node.post('first');
  const sending = drain();
  await edge.stuck();
  await node.post('second');
  await node.post('elsewhere', 'cv_2');
  const other = createNode(db, edge, around);
  await drain(other);
  expect(texts()).toEqual(['elsewhere']);
  edge.answerLate();
  await sending;
  expect(texts()).toEqual(['elsewhere', 'first', 'second']);
});

test('parts behind one that failed go on only with it, or when Meta reports that it arrived', async () => {
  edge.plan('refused 100');
  const text = ['a', 'b', 'c'].map((letter) => letter.repeat(1_500)).join('\n\n');
  const [first = '', second = '', third = ''] = await node.post(text, CONVERSATION, true);
  await drain();
  await expect(node.again(second)).rejects.toMatchObject({ code: 'conflict' });

  const ownEcho = { messageId: 'msg_1', mid: 'm_1', metadata: first, sentAt: NOW };
  const event = { eventId: 'ev_1', gatewayId: 'gw_1', pageId: '1001', seq: 1, kind: 'echo' };
  await db.transaction((tx) =>
    node.outbound.onProjected(tx, [{ ...event, conversationId: CONVERSATION, ownEcho }]),
  );
  await drain();
  expect(await states()).toEqual(['sent', 'failed', 'failed']);
  await expect(node.again(third)).rejects.toMatchObject({ code: 'conflict' });
  await node.again(second);
  await drain();
  expect(await states()).toEqual(['sent', 'sent', 'sent']);
  expect(texts().map((sent) => sent?.[0])).toEqual(['b', 'c']);
});

test.each([HOUR_MS, -HOUR_MS])(
  'a replica whose clock is off by %d ms takes nobody’s call for lost, and sends what is due',
  async (aheadMs) => {
    const other = createNode(db, edge, around, aheadMs);
    edge.plan('slow');
    await node.post('first');
    const sending = drain();
    await edge.stuck();
    await other.post('elsewhere', 'cv_2');
    await drain(other);
    expect(await states()).toEqual(['sending', 'sent']);
    edge.answerLate();
    await sending;
    expect(await states()).toEqual(['sent', 'sent']);
    expect(texts()).toEqual(['elsewhere', 'first']);
  },
);

test('an answer that comes after its call was given up still settles the reply', async () => {
  edge.plan('slow');
  await node.post('late');
  const sending = drain();
  await edge.stuck();
  around.clock.at += 31_000;
  await drain(createNode(db, edge, around));
  expect(await states()).toEqual(['unknown']);
  edge.answerLate();
  await sending;
  expect(await readReplies(db)).toMatchObject([{ state: 'sent', mid: 'm_1', settle_at: null }]);
});

test('a refusal that comes late changes nothing that was settled meanwhile', async () => {
  edge.plan('slowly refused');
  const [id = ''] = await node.post('again, please');
  const sending = drain();
  await edge.stuck();
  around.clock.at += 31_000;
  const other = createNode(db, edge, around);
  await drain(other);
  await other.again(id);
  await drain(other);
  expect(await states()).toEqual(['sent']);
  edge.answerLate();
  await sending;
  expect(await states()).toEqual(['sent']);
  expect(texts()).toEqual(['again, please']);
});

test('Meta is asked, and a message that is known as another one is not taken for the lost', async () => {
  await node.post('Yes');
  await drain();
  around.messages.add('m_1');
  edge.plan('cut');
  await node.post('Yes');
  await drain();
  around.clock.at += 5_000;
  await settle();
  expect(await states()).toEqual(['sent', 'unknown']);
  around.clock.at += 30_000;
  await settle();
  expect((await readReplies(db)).at(-1)).toMatchObject({ state: 'unknown', settle_at: null });
});

test('two lost ones with the same words stay unknown: nobody can tell which arrived', async () => {
  edge.plan('lost', 'lost');
  await node.post('Yes');
  await drain();
  await node.post('Yes');
  await drain();
  around.clock.at += 5_000;
  await settle();
  expect(await states()).toEqual(['unknown', 'unknown']);
});

test('a Page with many lost ones is asked twice a second, and holds up no other Page', async () => {
  for (let number = 0; number < 5; number += 1) {
    edge.plan('cut');
    await node.post(`lost ${number}`, `cv_${number}`);
  }
  await drain();
  around.clock.at += 1;
  edge.plan('lost');
  const [id] = await node.post('elsewhere', 'cv_elsewhere');
  await drain();
  await db.transaction((tx) => sql`update reply set page_id = '1002' where id = ${id}`.execute(tx));
  around.clock.at += 5_000;
  await settle();
  const rows = await readReplies(db);
  expect(rows.filter(({ settle_attempts }) => settle_attempts === 1)).toHaveLength(2);
  expect(rows.filter(({ state }) => state === 'sent')).toMatchObject([{ id }]);
});

test('one of two with the same words that arrived proves nothing about the other', async () => {
  edge.plan('cut', 'lost');
  await node.post('Yes');
  await drain();
  await node.post('Yes');
  await drain();
  around.clock.at += 5_000;
  await settle();
  expect(await states()).toEqual(['unknown', 'unknown']);
});

test('nor while the other is still under way; its answer says whose the message is', async () => {
  edge.plan('cut');
  await node.post('Yes');
  await drain();
  edge.plan('slow');
  await node.post('Yes');
  const sending = drain();
  await edge.stuck();
  // It is there, and its answer is not here yet.
  edge.ledger.push({ replyId: 'rp', text: 'Yes', mid: 'm_1', at: around.clock.at });
  around.clock.at += 5_000;
  await settle();
  expect(await states()).toEqual(['unknown', 'sending']);
  edge.ledger.length = 0;
  edge.answerLate();
  await sending;
  around.clock.at += 30_000;
  await settle();
  expect(await states()).toEqual(['unknown', 'sent']);
});

/** Each in a conversation of its own. */
async function postFiles(count: number): Promise<void> {
  const body = { attachment: { type: 'image' as const, url: 'https://files.test/a.png' } };
  for (let number = 0; number < count; number += 1) {
    const conversationId = `cv_file_${number}`;
    await postReply(node.deps, { conversationId, key: `k${number}`, body, actor: person });
  }
}

test('however many files Meta is fetching, texts leave at once', async () => {
  edge.plan(...Array<Fate>(40).fill('slow'));
  await postFiles(40);
  const { sender } = node.outbound.workers;
  sender.start();
  for (const underWay of [10, 16]) {
    await expect.poll(() => edge.doubtful.length).toBeGreaterThanOrEqual(underWay);
    around.clock.at += 1_000;
    sender.wake();
  }
  around.clock.at += 1_000;
  edge.clear();
  await node.post('text passes by', 'cv_text');
  sender.wake();
  await expect.poll(texts).toEqual(['text passes by']);
  for (let number = 0; number < 40; number += 1) {
    edge.answerLate();
  }
  await sender.stop();
});

test('a Page sends ten files a second and three hundred texts, on two replicas together', async () => {
  const other = createNode(db, edge, around);
  await postFiles(14);
  await node.post('text passes by', 'cv_text');
  await Promise.all([drain(), drain(other)]);
  expect(edge.ledger).toHaveLength(11);
  around.clock.at = Math.ceil((around.clock.at + 1) / 1_000) * 1_000;
  await Promise.all([drain(), drain(other)]);
  expect(edge.ledger).toHaveLength(15);
});

test('two replicas share the work and send nothing twice', async () => {
  const other = createNode(db, edge, around);
  for (let number = 0; number < 40; number += 1) {
    await node.post(`text ${number}`, `cv_${number % 8}`);
  }
  await Promise.all([drain(), drain(other), drain(), drain(other)]);
  expect(new Set(texts()).size).toBe(40);
  expect(texts()).toHaveLength(40);
  for (let number = 0; number < 8; number += 1) {
    const mine = texts().filter((text) => Number(text.split(' ')[1]) % 8 === number);
    expect(mine).toEqual(
      mine.toSorted((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])),
    );
  }
});

test('one key makes one reply on two replicas', async () => {
  const other = createNode(db, edge, around);
  const request = {
    conversationId: CONVERSATION,
    key: 'same',
    body: { text: 'once' },
    actor: person,
  };
  const answers = await Promise.all(
    [node, other, node, other].map(({ deps }) => postReply(deps, request)),
  );
  expect(new Set(answers.map(({ replies }) => replies[0]?.id)).size).toBe(1);
  await Promise.all([drain(), drain(other)]);
  expect(texts()).toEqual(['once']);
});

test('usage headers make the Page pause, and the next reply waits', async () => {
  edge.usage.now = { percent: 97, regainMinutes: 0 };
  await node.post('one');
  await node.post('two');
  await drain();
  expect(texts()).toEqual(['one']);
  edge.usage.now = { percent: 100, regainMinutes: 5 };
  around.clock.at += 10_000;
  await drain();
  expect(texts()).toEqual(['one', 'two']);
  edge.usage.now = undefined;
  await node.post('three');
  around.clock.at += 299_999;
  await drain();
  expect(texts()).toHaveLength(2);
  around.clock.at += 1;
  await drain();
  expect(texts()).toHaveLength(3);
});

test('a window that closes while a reply waits ends it, in the very millisecond', async () => {
  edge.plan('refused 2');
  await node.post('in time');
  await drain();
  around.clock.at = NOW + 1_000;
  around.lastCustomerAt = around.clock.at - DAY_MS;
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'failed', failure: 'window_closed' }]);
  expect(edge.ledger).toHaveLength(0);
  around.lastCustomerAt = around.clock.at - DAY_MS + 1;
  await node.post('just in time');
  await drain();
  expect(texts()).toEqual(['just in time']);
});

test('a dead token is told to the Page, and where no other lives the reply needs a log-in', async () => {
  edge.plan('refused 190/460');
  await node.post('hello');
  await drain();
  expect(around.refusedTokens).toBe(1);
  expect(await readReplies(db)).toMatchObject([{ state: 'failed', failure: 'needs_login' }]);
});

test('a token that is refused, and kept because it was checked since, is not used without a pause', async () => {
  Object.assign(node.deps.pages, { onTokenRefused: async () => {} });
  edge.plan(...Array<Fate>(5).fill('refused 190/460'));
  await node.post('hello');
  await drain();
  expect(await readReplies(db)).toMatchObject([{ state: 'waiting', next_at: NOW + 1_000 }]);
  for (let second = 0; second < 4; second += 1) {
    around.clock.at += 1_000;
    await drain();
  }
  expect(await states()).toEqual(['sent']);
});

test('what waits in a conversation that is erased goes without being sent', async () => {
  edge.plan('refused 2');
  await node.post('gone');
  await drain();
  around.erased.add(CONVERSATION);
  around.clock.at += 1_000;
  await drain();
  expect(await readReplies(db)).toEqual([]);
  expect(edge.ledger).toEqual([]);
});

test('erasing takes replies, and the answers kept for their callers', async () => {
  await node.post('secret');
  await node.post('kept', 'cv_2');
  await db.transaction((tx) => node.outbound.onErased(tx, [CONVERSATION]));
  const rows = await readReplies(db);
  expect(rows.map(({ text }) => text)).toEqual(['kept']);
});

test('keys are forgotten after two days, and not before', async () => {
  const request = { conversationId: CONVERSATION, key: 'old', body: { text: 'a' }, actor: person };
  const first = await postReply(node.deps, request);
  around.clock.at += 2 * DAY_MS;
  around.lastCustomerAt = around.clock.at;
  await node.outbound.workers.keyEraser.drain();
  expect(await postReply(node.deps, request)).toEqual(first);
  around.clock.at += 1;
  await node.outbound.workers.keyEraser.drain();
  expect(await postReply(node.deps, request)).not.toEqual(first);
});

test('however many keys are old, some at a time are forgotten, and then the rest', async () => {
  await db.transaction(async (tx) => {
    for (let number = 0; number < 1_100; number += 1) {
      await insertRequest(tx, {
        ...{ caller: 'key:1', key: `old ${number}`, body_hash: 'h', conversation_id: 'cv_1' },
        created_at: number,
      });
    }
  });
  const some = { before: around.clock.at, limit: 500 };
  expect(await db.transaction((tx) => deleteOldRequests(tx, some))).toBe(500);
  expect(await findRequest(db.read, { caller: 'key:1', key: 'old 499' })).toBeUndefined();
  expect(await findRequest(db.read, { caller: 'key:1', key: 'old 500' })).toBeDefined();
  around.clock.at += 2 * DAY_MS;
  await node.outbound.workers.keyEraser.drain();
  expect(await findRequest(db.read, { caller: 'key:1', key: 'old 1099' })).toBeUndefined();
});
