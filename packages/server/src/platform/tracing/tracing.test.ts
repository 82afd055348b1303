import { afterEach, expect, test } from 'vitest';
import {
  type OtlpReceiver,
  startOtlpReceiver,
  tracingTo,
} from '../../test-support/otlp-receiver.ts';
import { inTrace } from './index.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

async function receiver(): Promise<OtlpReceiver> {
  const otlp = await startOtlpReceiver();
  closing.push(otlp.stop);
  return otlp;
}

const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const stored = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
const start = { name: 'work', kind: 'internal', attributes: {} } as const;

test.each([
  ['as it is stored', stored, true],
  ['of a later version, with more behind it', `cc-${stored.slice(3)}-more`, true],
  ['of version 00 with more behind it', `${stored}-more`, false],
  ['of the forbidden version', `ff-${stored.slice(3)}`, false],
  ['in capitals', stored.toUpperCase(), false],
  ['of a trace of zeros', `00-${'0'.repeat(32)}-${PARENT.spanId}-01`, false],
  ['of a span of zeros', `00-${PARENT.traceId}-${'0'.repeat(16)}-01`, false],
  ['of nonsense', 'nonsense', false],
])('a traceparent %s is followed or not', async (_words, text, isFollowed) => {
  const tracing = tracingTo(await receiver());
  closing.push(tracing.close);
  const began = tracing.begin(start, text);
  expect(began?.traceparent.slice(3, 35) === PARENT.traceId).toBe(isFollowed);
  expect(tracing.follow(text, start) !== undefined).toBe(isFollowed);
});

test('what is not traced is not followed, and has no mark in the log', async () => {
  const tracing = tracingTo(await receiver());
  closing.push(tracing.close);
  expect(tracing.follow(null, start)).toBeUndefined();
  expect(tracing.follow(`${stored.slice(0, -2)}00`, start)).toBeUndefined();
  expect(inTrace(null)).toEqual({});
  expect(inTrace(stored)).toEqual({ trace_id: PARENT.traceId });
});

test('shapes of secrets are taken out of attributes, and what is long is cut', async () => {
  const otlp = await receiver();
  const tracing = tracingTo(otlp);
  closing.push(tracing.close);
  const token = 'EAAbcdefghijkl';
  const span = tracing.begin({ ...start, attributes: { 'one.text': `at ${token}` } });
  span?.end({ attributes: { 'another.text': `Bearer ${token}`, 'long.text': 'x'.repeat(5_000) } });
  await tracing.flush();
  expect(otlp.spans()).toHaveLength(1);
  expect(otlp.text()).not.toContain(token);
  expect(otlp.text()).not.toContain('x'.repeat(513));
});

test('a span ends at once while its receiver hangs, and the end does not wait long', async () => {
  const otlp = await receiver();
  otlp.hang();
  const told: string[] = [];
  const tell = (_fields: object, event: string) => void told.push(event);
  const tracing = tracingTo(otlp, { log: { info: tell, warn: tell, error: tell } });
  for (let count = 0; count < 20_000; count += 1) {
    tracing.begin(start)?.end();
  }
  await tracing.close();
  // The exporter itself would have gone on for ten seconds.
  expect(told).toEqual(['traces.left_behind']);
});

test('a receiver that refuses is told of once, and so is that it takes traces again', async () => {
  const otlp = await receiver();
  const told: string[] = [];
  const tell = (_fields: object, event: string) => void told.push(event);
  const tracing = tracingTo(otlp, { log: { info: tell, warn: tell, error: tell } });
  closing.push(tracing.close);
  for (const status of [400, 400, 200, 200]) {
    otlp.answer(status);
    tracing.begin(start)?.end();
    await tracing.flush();
  }
  expect(told).toEqual(['traces.not_exported', 'traces.exported_again']);
});
