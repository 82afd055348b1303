import { createHmac } from 'node:crypto';
import type { ConversationList, Gateway, MessageList, ReplyWindow } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sink, startSink } from '../delivery/test-support/sink.ts';
import { BAKERY, type Chat, startChat } from './test-support/chat.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** What the clocks of Meta and of this machine may differ by. */
const SLACK_MS = 60_000;

let chat: Chat;
let sink: Sink;
beforeAll(async () => {
  chat = await startChat();
  sink = await startSink();
  const body = { name: 'Shop', kind: 'http', url: sink.url };
  await chat.server.call('POST', '/destinations', { as: chat.person, body });
}, 60_000);
afterAll(async () => {
  await chat.stop();
  await sink.stop();
});

/** Somebody new writes, at another time than now; gives their conversation and when it came in. */
async function write(psid: string, text: string, awayMs: number) {
  const { server, meta, person: as } = chat;
  const gateway: Gateway = (await server.call('GET', `/gateways/${chat.gatewayId}`, { as })).body;
  const at = server.clock.now() + awayMs;
  const element = {
    ...{ sender: { id: psid }, recipient: { id: BAKERY }, timestamp: at },
    message: { mid: `m_${psid}`, text },
  };
  const posted = { object: 'page', entry: [{ id: BAKERY, time: at, messaging: [element] }] };
  const body = JSON.stringify(posted);
  const secret = Object.values(meta.state.apps)[0]?.secret ?? '';
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const answer = await fetch(`${server.url}/meta/${gateway.uri}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
  expect(answer.status).toBe(200);
  await chat.settle();
  const found: ConversationList = (
    await server.call('GET', `/conversations?search=${encodeURIComponent(text)}`, { as })
  ).body;
  const id = found.items[0]?.id ?? '';
  const thread: MessageList = (await server.call('GET', `/conversations/${id}/messages`, { as }))
    .body;
  expect(thread.items).toMatchObject([{ text, direction: 'in' }]);
  await expect.poll(() => sink.texts()).toContain(text);
  const delivered = sink.received.find(({ data }) => data.message?.text === text)?.data;
  expect(delivered).toMatchObject({ conversationId: id, seq: 1, sentAt: at });
  return { id, at };
}

async function reply(id: string): Promise<{ status: number; window: ReplyWindow }> {
  const { server, person: as } = chat;
  const at = `/conversations/${id}/replies`;
  const headers = { 'idempotency-key': `k-${id}-${server.clock.now()}` };
  const { status } = await server.call('POST', at, { as, headers, body: { text: 'Hello!' } });
  await chat.settle();
  const { window }: { window: ReplyWindow } = (await server.call('GET', at, { as })).body;
  return { status, window };
}

test('what was written last year is kept, shown and passed on, and may not be answered any more', async () => {
  const { id, at } = await write('9101', 'from last year', -YEAR_MS);
  const { status, window } = await reply(id);
  expect(status).toBe(409);
  expect(window).toMatchObject({
    ...{ state: 'closed', reason: 'window_closed' },
    ...{ lastCustomerAt: at, closesAt: at + DAY_MS },
  });
});

test('what claims to be from next year may be answered for a day from when it came', async () => {
  const before = chat.server.clock.now();
  const { id } = await write('9102', 'from next year', YEAR_MS);
  const after = chat.server.clock.now();
  const { status, window } = await reply(id);
  expect([status, window.state]).toEqual([202, 'open']);
  expect(window.closesAt).toBeGreaterThanOrEqual(before + DAY_MS);
  expect(window.closesAt).toBeLessThanOrEqual(after + DAY_MS + SLACK_MS);
  chat.server.clock.move(DAY_MS + SLACK_MS);
  expect(await reply(id)).toMatchObject({ status: 409, window: { state: 'closed' } });
});
