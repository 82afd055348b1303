import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BAKERY, type Chat, startChat } from './test-support/chat.ts';

let chat: Chat;
beforeAll(async () => {
  chat = await startChat();
}, 60_000);
afterAll(() => chat.stop());
beforeEach(() => chat.meta.faults.clear());

test('a reply reaches the customer, and its echo and the reply become one message with its writer', async () => {
  const { status, replies } = await chat.post({ text: 'Until six o’clock.' });
  expect(status).toBe(202);
  expect(replies).toEqual([
    expect.objectContaining({ state: 'sending', text: 'Until six o’clock.', failure: null }),
  ]);
  const id = replies[0]?.id ?? '';
  await chat.settle();
  const [written] = chat.written();
  expect(written).toMatchObject({ text: 'Until six o’clock.', from: 'page' });
  const message = (await chat.messages()).items.at(-1);
  expect(message).toMatchObject({
    mid: written?.mid,
    direction: 'out',
    text: 'Until six o’clock.',
    sender: { kind: 'chatgate', name: 'Administrator' },
  });
  expect(await chat.reply(id)).toMatchObject({
    state: 'delivered',
    mid: written?.mid,
    messageId: message?.id,
    tag: 'RESPONSE',
    sender: { kind: 'person' },
  });
  chat.meta.customers.looked(chat.psid);
  await chat.settle();
  expect(await chat.reply(id)).toMatchObject({ state: 'read' });
});

test('one key makes one reply: the same body gets the same answer, another body is refused', async () => {
  const before = chat.written().length;
  const first = await chat.post({ text: 'Only once' }, { key: 'once' });
  await chat.settle();
  const again = await chat.post({ text: 'Only once' }, { key: 'once' });
  await chat.settle();
  expect(again).toEqual(first);
  expect(chat.written()).toHaveLength(before + 1);
  const other = await chat.post({ text: 'Something else' }, { key: 'once' });
  expect([other.status, other.error?.code]).toEqual([409, 'idempotency_key_reused']);
  const ofBot = await chat.post({ text: 'Something else' }, { key: 'once', as: chat.bot });
  expect(ofBot.status).toBe(202);
  await chat.settle();
});

test('two calls with one key at the same time make one reply', async () => {
  const before = chat.written().length;
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => chat.post({ text: 'At the same time' }, { key: 'race' })),
  );
  expect(new Set(answers.map(({ replies }) => replies[0]?.id)).size).toBe(1);
  await chat.settle();
  expect(chat.written()).toHaveLength(before + 1);
});

test('a long text is refused with what splitting would make of it, and split when told to', async () => {
  const before = chat.written().length;
  const text = `${'First sentence. '.repeat(100)}\n\n${'Second part. '.repeat(100)}`;
  const refused = await chat.post({ text });
  expect([refused.status, refused.error]).toEqual([
    400,
    expect.objectContaining({
      code: 'text_too_long',
      details: expect.objectContaining({ parts: 2, limit: 2000 }),
    }),
  ]);
  const { replies } = await chat.post({ text, split: true });
  expect(replies.map(({ part }) => part)).toEqual([
    { number: 1, of: 2 },
    { number: 2, of: 2 },
  ]);
  await chat.settle();
  const texts = chat
    .written()
    .slice(before)
    .map((message) => message.text);
  expect(texts).toEqual([
    `${'First sentence. '.repeat(100)}`.trim(),
    'Second part. '.repeat(100).trim(),
  ]);
});

test('a part that fails stops the rest, and trying it again sends all of them in order', async () => {
  const before = chat.written().length;
  chat.meta.faults.set('graph_error', { code: 100, path: '*/messages', times: 1 });
  const text = `${'a'.repeat(1999)} ${'b'.repeat(1999)} ccc`;
  const { replies } = await chat.post({ text, split: true });
  await chat.settle();
  const states = async () =>
    (await Promise.all(replies.map(({ id }) => chat.reply(id)))).map(({ state, failure }) => [
      state,
      failure?.code,
    ]);
  expect(await states()).toEqual([
    ['failed', 'refused'],
    ['failed', 'earlier_part_failed'],
    ['failed', 'earlier_part_failed'],
  ]);
  expect(chat.written()).toHaveLength(before);
  expect((await chat.resolve(replies[1]?.id ?? '', 'retry', chat.bot)).status).toBe(409);
  expect((await chat.resolve(replies[0]?.id ?? '', 'retry', chat.bot)).status).toBe(202);
  await chat.settle();
  expect(await states()).toEqual([
    ['delivered', undefined],
    ['delivered', undefined],
    ['delivered', undefined],
  ]);
  expect(
    chat
      .written()
      .slice(before)
      .map((message) => message.text?.[0]),
  ).toEqual(['a', 'b', 'c']);
});

test('an answer that was lost makes the reply unknown; its echo settles it, and it is sent once', async () => {
  const before = chat.written().length;
  chat.meta.faults.set('send_lost', { times: 1 });
  chat.meta.faults.set('webhook_slow', { ms: 600_000 });
  chat.meta.faults.set('graph_error', { code: 10, path: '*/conversations' });
  const { replies } = await chat.post({ text: 'Did this arrive?' });
  const id = replies[0]?.id ?? '';
  await chat.server.drain();
  chat.clock.move(6_000);
  await chat.server.drain();
  expect((await chat.reply(id)).state).toBe('unknown');
  chat.meta.faults.clear();
  chat.clock.move(600_000);
  await chat.settle();
  expect(await chat.reply(id)).toMatchObject({
    state: 'delivered',
    mid: chat.written().at(-1)?.mid,
  });
  chat.clock.move(3_600_000);
  await chat.settle();
  expect(chat.written()).toHaveLength(before + 1);
});

test('without an echo Meta is asked, and what it names is the reply', async () => {
  chat.meta.faults.set('send_lost', { times: 1 });
  chat.meta.faults.set('webhook_slow', { ms: 600_000 });
  const { replies } = await chat.post({ text: 'No echo today' });
  const id = replies[0]?.id ?? '';
  await chat.server.drain();
  expect((await chat.reply(id)).state).toBe('unknown');
  chat.clock.move(5_000);
  await chat.server.drain();
  expect(await chat.reply(id)).toMatchObject({ state: 'sent', mid: chat.written().at(-1)?.mid });
  chat.meta.faults.clear();
  chat.clock.move(600_000);
  await chat.settle();
  expect(await chat.reply(id)).toMatchObject({ state: 'delivered', messageId: expect.any(String) });
});

test('what nobody can tell stays unknown until a person says so; an API key may not', async () => {
  const before = chat.written().length;
  chat.meta.faults.set('graph_cut', { path: '*/messages', times: 1 });
  const { replies } = await chat.post({ text: 'Who knows' });
  const id = replies[0]?.id ?? '';
  await chat.settle();
  for (const ms of [5_000, 30_000, 300_000, 3_600_000]) {
    chat.clock.move(ms);
    await chat.settle();
  }
  const { state } = await chat.reply(id);
  if (chat.written().length === before) {
    expect(state).toBe('unknown');
    const refused = await chat.resolve(id, 'retry', chat.bot);
    expect([refused.status, refused.body]).toEqual([
      409,
      { error: expect.objectContaining({ code: 'person_needed' }) },
    ]);
    expect((await chat.resolve(id, 'arrived', chat.bot)).status).toBe(409);
    expect((await chat.resolve(id, 'retry')).status).toBe(202);
    await chat.settle();
  }
  expect(await chat.reply(id)).toMatchObject({ state: 'delivered' });
  expect(chat.written()).toHaveLength(before + 1);
  expect((await chat.resolve(id, 'retry')).status).toBe(409);
  expect((await chat.resolve(id, 'arrived')).status).toBe(409);
});

test('what passes by itself is tried again, behind it nothing overtakes', async () => {
  const before = chat.written().length;
  chat.meta.faults.set('graph_error', { code: 1200, path: '*/messages', times: 2 });
  const [first] = (await chat.post({ text: 'one' })).replies;
  const [second] = (await chat.post({ text: 'two' })).replies;
  await chat.settle();
  expect(chat.written()).toHaveLength(before);
  expect((await chat.list()).items.at(-2)).toMatchObject({
    state: 'sending',
    waiting: { problem: { code: 1200 } },
  });
  for (const ms of [1_000, 3_000]) {
    chat.clock.move(ms);
    await chat.settle();
  }
  expect(
    chat
      .written()
      .slice(before)
      .map(({ text }) => text),
  ).toEqual(['one', 'two']);
  expect([await chat.reply(first?.id ?? ''), await chat.reply(second?.id ?? '')]).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
  ]);
});

test('a limit holds up the Page, longer each time, and gives up after an hour', async () => {
  const before = chat.written().length;
  chat.meta.faults.set('graph_error', { code: 613, path: '*/messages' });
  const [limited] = (await chat.post({ text: 'slow down' })).replies;
  await chat.settle();
  const { waiting } = (await chat.list()).items.at(-1) ?? {};
  expect(waiting).toMatchObject({ problem: { code: 613 } });
  const [behind] = (await chat.post({ text: 'waits, too' })).replies;
  chat.clock.move(59_000);
  await chat.settle();
  chat.meta.faults.clear();
  await chat.settle();
  expect(chat.written()).toHaveLength(before);
  chat.clock.move(2_000);
  await chat.settle();
  expect(
    chat
      .written()
      .slice(before)
      .map(({ text }) => text),
  ).toEqual(['slow down', 'waits, too']);
  expect((await chat.reply(behind?.id ?? '')).state).toBe('delivered');
  expect((await chat.reply(limited?.id ?? '')).state).toBe('delivered');

  chat.meta.faults.set('graph_error', { code: 4, path: '*/messages' });
  const [hopeless] = (await chat.post({ text: 'for ever' })).replies;
  for (let minute = 0; minute < 62; minute += 1) {
    await chat.server.drain();
    chat.clock.move(60_000);
  }
  await chat.server.drain();
  expect(await chat.reply(hopeless?.id ?? '')).toMatchObject({
    state: 'failed',
    failure: { code: 'limited', problem: { code: 4 } },
  });
  chat.meta.faults.clear();
  chat.clock.move(3_600_000);
  chat.meta.customers.act({
    pageId: BAKERY,
    psid: chat.psid,
    kind: 'text',
    text: 'Hm',
  });
  await chat.settle();
});

test('somebody who cannot be reached is not written to until they write again, or a person insists', async () => {
  chat.meta.faults.set('graph_error', { code: 551, path: '*/messages', times: 1 });
  const [blocked] = (await chat.post({ text: 'Hello?' })).replies;
  await chat.settle();
  expect(await chat.reply(blocked?.id ?? '')).toMatchObject({
    state: 'failed',
    failure: { code: 'recipient_unavailable', problem: { code: 551 } },
  });
  const refused = await chat.post({ text: 'Hello??' });
  expect([refused.status, refused.error?.code]).toEqual([409, 'recipient_unavailable']);
  expect((await chat.list()).window).toMatchObject({ reason: 'recipient_unavailable' });
  expect((await chat.resolve(blocked?.id ?? '', 'retry')).status).toBe(202);
  await chat.settle();
  expect((await chat.reply(blocked?.id ?? '')).state).toBe('delivered');
  expect((await chat.list()).window).toMatchObject({ state: 'open', reason: null });
});

test('nothing leaves through a gateway that is off, and what waits there ends with the reason', async () => {
  const gateway = `/gateways/${chat.gatewayId}`;
  const turn = async (enabled: boolean) => {
    const { body } = await chat.server.call('GET', gateway, { as: chat.person });
    const { version } = body as { version: number };
    await chat.server.call('PATCH', gateway, { as: chat.person, body: { version, enabled } });
  };
  const before = chat.written().length;
  chat.meta.faults.set('graph_error', { code: 2, path: '*/messages', times: 1 });
  const [waiting] = (await chat.post({ text: 'late' })).replies;
  await chat.settle();
  await turn(false);
  const refused = await chat.post({ text: 'off' });
  expect([refused.status, refused.error?.code]).toEqual([409, 'gateway_off']);
  chat.clock.move(2_000);
  await chat.settle();
  expect(await chat.reply(waiting?.id ?? '')).toMatchObject({
    state: 'failed',
    failure: { code: 'gateway_off' },
  });
  expect(chat.written()).toHaveLength(before);
  await turn(true);
});

test('typing and seen are done at once, and need no key', async () => {
  const act = (body: object) =>
    chat.server.call('POST', `/conversations/${chat.id}/replies`, { as: chat.person, body });
  expect(await act({ action: 'mark_seen' })).toMatchObject({ status: 202, body: { replies: [] } });
  expect(
    chat.thread()?.messages.findLast(({ from }) => from === 'customer')?.readAt,
  ).not.toBeNull();
  expect((await act({ action: 'typing_on' })).status).toBe(202);
  expect((await act({ action: 'dance' })).status).toBe(400);
  expect((await act({ text: 'x' })).body).toMatchObject({
    error: { code: 'idempotency_key_missing' },
  });
});

test.each([
  [{}, 'invalid'],
  [{ text: 'x', attachment: { type: 'image', url: 'https://a.test/a.png' } }, 'invalid'],
  [{ text: '   ' }, 'invalid'],
  [{ attachment: { type: 'image', url: 'javascript:alert(1)' } }, 'invalid'],
  [{ attachment: { type: 'poem', url: 'https://a.test/a.png' } }, 'invalid'],
  [{ text: 'x', tag: 'HUMAN_AGENT' }, 'invalid'],
  [{ text: 'x', quickReplies: [{ title: 'x'.repeat(21), payload: 'p' }] }, 'invalid'],
  [{ text: 'x', quickReplies: Array(14).fill({ title: 'a', payload: 'p' }) }, 'invalid'],
  [{ text: 'x'.repeat(20_001), split: true }, 'invalid'],
])('%o is refused as %s', async (body, code) => {
  const { status, error } = await chat.post(body as never);
  expect([status, error?.code]).toEqual([400, code]);
});

test('an unknown conversation and an unknown reply are not found', async () => {
  const as = chat.person;
  const { call } = chat.server;
  const headers = { 'idempotency-key': 'k' };
  const none = '/conversations/cv_none/replies';
  expect((await call('POST', none, { as, headers, body: { text: 'x' } })).status).toBe(404);
  expect((await call('GET', none, { as })).status).toBe(404);
  expect((await call('GET', `/conversations/${chat.id}/replies/rp_none`, { as })).status).toBe(404);
  expect((await chat.resolve('rp_none', 'retry')).status).toBe(404);
});
