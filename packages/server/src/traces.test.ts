import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { type Sink, startSink, status } from './modules/delivery/test-support/sink.ts';
import { BAKERY, type Chat, startChat } from './modules/outbound/test-support/chat.ts';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from './test-support/otlp-receiver.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

const SECRET_PATH = '/hooks/T0P5ECRET?key=wh15per';
const KINDS = { internal: 1, server: 2, client: 3 };

async function receiver(): Promise<OtlpReceiver> {
  const started = await startOtlpReceiver();
  closing.push(started.stop);
  return started;
}

/** A gateway with a Page, a conversation, and a destination that a sink listens at. */
async function traced(
  env: Record<string, string>,
  logTo?: { write: (line: string) => void },
): Promise<{ chat: Chat; sink: Sink }> {
  const chat = await startChat({ env, ...(logTo ? { logTo } : {}) });
  closing.push(chat.stop);
  const sink = await startSink();
  closing.push(sink.stop);
  const url = new URL(SECRET_PATH, sink.url).href;
  const body = { name: 'Orders', kind: 'http', url, eventTypes: ['message.received'] };
  await chat.server.call('POST', '/destinations', { as: chat.person, body });
  return { chat, sink };
}

const say = (chat: Chat, text: string) =>
  chat.meta.customers.act({ pageId: BAKERY, customerId: 'c1', kind: 'text', text });

const acceptedBy = (sink: Sink) => sink.received.find(({ status: code }) => code === 200);

/** The spans of the trace that a callback belongs to, and the one it names. */
function traceOf(spans: readonly ReceivedSpan[], header: unknown) {
  const [, traceId, spanId, flags] = String(header).split('-');
  expect(flags).toBe('01');
  const all = spans.filter((span) => span.traceId === traceId);
  const named = all.find((span) => span.spanId === spanId);
  const byName = (name: string) => all.filter((span) => span.name === name);
  return { all, named, byName, root: all.find(({ parentSpanId }) => parentSpanId === '') };
}

test("an event is one trace from Meta's POST to the callback, which names its own try", async () => {
  const otlp = await receiver();
  const { chat, sink } = await traced({
    ...otlp.env,
    OTEL_RESOURCE_ATTRIBUTES: 'region=eu%2Dwest',
  });
  sink.answer(status(503));
  say(chat, 'Two loaves, please.');
  await chat.settle();
  sink.answer((_request, response) => response.end('ok'));
  chat.clock.move(60_000);
  await chat.settle();

  const [refused] = sink.received;
  const taken = acceptedBy(sink);
  const { all, root, byName, named } = traceOf(otlp.spans(), taken?.headers['traceparent']);
  expect(root).toMatchObject({
    name: 'POST /meta/{uri}/webhook',
    kind: KINDS.server,
    isError: false,
    attributes: { 'http.response.status_code': 200, 'http.request.method': 'POST' },
    resource: { 'service.name': 'chatgate', region: 'eu-west' },
  });
  const children = all.filter((span) => span !== root);
  expect(new Set(children.map(({ parentSpanId }) => parentSpanId))).toEqual(
    new Set([root?.spanId]),
  );
  expect(byName('commit events')).toHaveLength(1);
  const event = { 'chatgate.event.id': taken?.data.id };
  expect(byName('project event')).toMatchObject([
    {
      kind: KINDS.internal,
      attributes: { ...event, 'chatgate.event.state': 'recorded', 'chatgate.event.seq': 2 },
    },
  ]);
  // A slow machine may make a try more while everything is refused.
  const tries = byName('POST');
  const [first, last] = [tries[0], tries.at(-1)];
  expect(first).toMatchObject({
    kind: KINDS.client,
    isError: true,
    attributes: { ...event, 'error.type': '503', 'http.response.status_code': 503 },
  });
  expect(first?.attributes).not.toHaveProperty('http.request.resend_count');
  expect(last).toMatchObject({
    isError: false,
    attributes: {
      ...event,
      'http.request.resend_count': tries.length - 1,
      'server.address': '127.0.0.1',
    },
  });
  expect(named).toBe(last);
  expect(String(refused?.headers['traceparent']).split('-')[2]).toBe(first?.spanId);
  expect(tries.length).toBe(sink.received.length);
  expect(children).toHaveLength(2 + tries.length);
  for (const { startedAt, endedAt } of all) {
    expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    expect(startedAt).toBeGreaterThanOrEqual(root?.startedAt ?? 0n);
  }
});

test('a reply goes on with the trace of whoever posts it, and tells how its call ended', async () => {
  const otlp = await receiver();
  const lines: string[] = [];
  const { chat } = await traced(otlp.env, { write: (line) => void lines.push(line) });
  const [traceId, caller] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  chat.meta.faults.set('graph_error', { code: 613, path: '*/messages', times: 1 });
  await chat.post(
    { text: 'Until six.' },
    { as: chat.bot, more: { traceparent: `00-${traceId}-${caller}-01` } },
  );
  await chat.settle();
  chat.clock.move(3_600_000 / 2);
  await chat.settle();

  const spans = otlp.spans().filter((span) => span.traceId === traceId);
  const posted = spans.find(({ parentSpanId }) => parentSpanId === caller);
  expect(posted).toMatchObject({
    name: 'POST /api/v1/conversations/{id}/replies',
    kind: KINDS.server,
    attributes: { 'http.response.status_code': 202 },
  });
  const sends = spans.filter(({ name }) => name === 'POST /{page-id}/messages');
  expect(sends.map(({ parentSpanId }) => parentSpanId)).toEqual([posted?.spanId, posted?.spanId]);
  expect(sends.map(({ attributes }) => attributes['chatgate.reply.outcome'])).toEqual([
    'pause',
    'sent',
  ]);
  expect(sends[0]).toMatchObject({ isError: true, attributes: { 'error.type': 'meta_613' } });
  const logged = lines.map((line) => JSON.parse(line)).filter((line) => line.trace_id === traceId);
  expect(logged).toMatchObject([{ event: 'reply.attempted', verdict: 'pause' }]);
});

test('nothing secret, no word and no name of a customer leaves in a trace', async () => {
  const otlp = await receiver();
  const { chat, sink } = await traced(otlp.env);
  say(chat, 'Walnut bread for Ivanka');
  await chat.settle();
  await chat.post({ text: 'Please never write that.' });
  await chat.settle();
  expect(sink.received.length).toBeGreaterThan(0);
  const exported = otlp.text();
  expect(otlp.spans().length).toBeGreaterThan(5);
  const { body } = await chat.server.call('GET', '/gateways', { as: chat.person });
  const { uri } = (body as { items: { uri: string }[] }).items[0] ?? { uri: '' };
  expect(uri).not.toBe('');
  const app = Object.values(chat.meta.state.apps)[0];
  for (const secret of [
    'Walnut',
    'Ivanka',
    'never write',
    'T0P5ECRET',
    'wh15per',
    'EAA',
    chat.psid,
    uri,
  ]) {
    expect(exported, secret).not.toContain(secret);
  }
  expect(exported).not.toContain(app?.secret);
});

test('a trace goes on in the process that takes over', async () => {
  const otlp = await receiver();
  const { chat, sink } = await traced(otlp.env);
  sink.answer(status(500));
  say(chat, 'Still there?');
  await chat.settle();
  const next = await chat.server.restart();
  sink.answer((_request, response) => response.end('ok'));
  chat.clock.move(60_000);
  await next.drain();
  const { headers } = acceptedBy(sink) ?? {};
  const { byName, root, named } = traceOf(otlp.spans(), headers?.['traceparent']);
  expect(root?.name).toBe('POST /meta/{uri}/webhook');
  expect(byName('POST').length).toBeGreaterThanOrEqual(2);
  expect(named).toMatchObject({ parentSpanId: root?.spanId, isError: false });
});

/** What is stored for traces, whatever table it is in. */
async function stored(chat: Chat): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(trace) from event) + (select count(trace) from reply) as n`.execute(
    chat.server.app.core.db.read,
  );
  return Number(rows[0]?.n);
}

test.each([
  ['are not asked for', () => ({})],
  [
    'leave everything out',
    (otlp: OtlpReceiver) => ({
      ...otlp.env,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    }),
  ],
])('where traces %s, nothing is stored and no header is sent', async (_words, envOf) => {
  const otlp = await receiver();
  const { chat, sink } = await traced(envOf(otlp));
  say(chat, 'Hello?');
  await chat.settle();
  await chat.post({ text: 'Hello.' });
  await chat.settle();
  expect(sink.received).toHaveLength(1);
  expect(sink.received[0]?.headers).not.toHaveProperty('traceparent');
  expect(await stored(chat)).toBe(0);
  expect(otlp.requests).toEqual([]);
});

test('a POST that is refused begins no trace, and one of a caller that is not traced goes on so', async () => {
  const otlp = await receiver();
  const { chat } = await traced(otlp.env);
  await chat.settle();
  const before = otlp.spans().length;
  const { body } = await chat.server.call('GET', '/gateways', { as: chat.person });
  const { uri } = (body as { items: { uri: string }[] }).items[0] ?? { uri: '' };
  const answer = await fetch(`${chat.server.url}/meta/${uri}/webhook`, {
    ...{ method: 'POST', body: '{}' },
    headers: {
      'x-hub-signature-256': 'sha256=0',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    },
  });
  expect(answer.status).toBe(401);
  await chat.post(
    { text: 'Unseen.' },
    { more: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` } },
  );
  await chat.post({ text: 'Nonsense.' }, { more: { traceparent: 'a-b-c' } });
  const { rows } = await sql<{ text: string }>`
    select text from reply where trace is not null`.execute(chat.server.app.core.db.read);
  expect(rows).toEqual([{ text: 'Nonsense.' }]);
  await chat.settle();
  const names = otlp
    .spans()
    .slice(before)
    .filter(({ kind }) => kind === KINDS.server);
  expect(names.map(({ name }) => name).filter((name) => name.includes('replies'))).toHaveLength(1);
  expect(otlp.text()).not.toContain('a'.repeat(32));
});

test('a receiver that hangs, or is not there, holds up nothing, and no stop', async () => {
  const otlp = await receiver();
  const lines: string[] = [];
  const { chat, sink } = await traced(otlp.env, { write: (line) => void lines.push(line) });
  otlp.hang();
  say(chat, 'One.');
  await chat.meta.drain();
  await sink.arrivedAtLeast(1);
  const endpoint = `http://127.0.0.1:${await closedPort()}`;
  await chat.server.restart({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  expect(otlp.requests.length).toBeGreaterThan(0);

  say(chat, 'Two.');
  await chat.meta.drain();
  await sink.arrivedAtLeast(2);
  await chat.server.restart({ OTEL_SDK_DISABLED: 'true' });
  // Both stops gave up before the exporter did, which has ten seconds.
  expect(lines.filter((line) => line.includes('"event":"traces.left_behind"'))).toHaveLength(2);
}, 30_000);

test('protobuf, which is what is spoken unless something else is asked for', async () => {
  const otlp = await receiver();
  const { OTEL_EXPORTER_OTLP_ENDPOINT } = otlp.env;
  const { chat, sink } = await traced({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${OTEL_EXPORTER_OTLP_ENDPOINT}/own/path`,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s%3Dcret',
  });
  say(chat, 'Hello?');
  await chat.settle();
  const [, traceId = ''] = String(sink.received[0]?.headers['traceparent']).split('-');
  const [request] = otlp.requests;
  expect(request?.path).toBe('/own/path');
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'api-key': 's=cret',
  });
  const all = Buffer.concat(otlp.requests.map(({ body }) => body));
  expect(all.includes(Buffer.from(traceId, 'hex'))).toBe(true);
});

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
