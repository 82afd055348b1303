import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { NatsMessage, NatsPublisher } from '../../platform/queue/nats.ts';
import { testDatabase } from '../../test-support/database.ts';
import {
  type OtlpReceiver,
  startOtlpReceiver,
  tracingTo,
} from '../../test-support/otlp-receiver.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { startSink, status } from './test-support/sink.ts';
import { createWorld } from './test-support/world.ts';

const closing: (() => Promise<unknown>)[] = [];
let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

function processNamed(name: string, otlp: OtlpReceiver) {
  const tracing = tracingTo(otlp, { name });
  closing.push(tracing.close);
  return tracing;
}

async function receiver() {
  const otlp = await startOtlpReceiver();
  closing.push(otlp.stop);
  return otlp;
}

test('what one replica took in and another one delivers is one trace', async () => {
  const otlp = await receiver();
  const [here, there] = [processNamed('here', otlp), processNamed('there', otlp)];
  const world = await createWorld(db, { tracing: here });
  closing.push(() => world.stop());
  const sink = await startSink(status(500));
  closing.push(sink.stop);
  await world.createDestination({ url: sink.url });
  await world.deliver([textFrom('9001', 'one')]);
  await world.drain();
  sink.answer((_request, response) => response.end('ok'));
  world.move(2_000);
  await world.drainEngine(world.addReplica({ tracing: there }));
  await here.flush();
  await there.flush();

  const [root, ...more] = otlp.spans().filter(({ parentSpanId }) => parentSpanId === '');
  expect(more).toEqual([]);
  const tries = otlp.spans().filter(({ name }) => name === 'POST');
  expect(tries.map(({ resource }) => resource['service.name'])).toEqual(['here', 'there']);
  for (const { traceId, parentSpanId } of tries) {
    expect({ traceId, parentSpanId }).toEqual({
      traceId: root?.traceId,
      parentSpanId: root?.spanId,
    });
  }
  expect(sink.received.map(({ headers }) => headers['traceparent'])).toEqual(
    tries.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
  );
});

test('a message for NATS carries the span of its publication', async () => {
  const otlp = await receiver();
  const tracing = processNamed('chatgate', otlp);
  const published: NatsMessage[] = [];
  const nats: NatsPublisher = {
    async publish(message) {
      published.push(message);
      return published.length === 1
        ? { kind: 'failed', reason: 'no stream takes it. Make it: nats stream add' }
        : { kind: 'acknowledged', sequence: 1, duplicate: false };
    },
    state: async () => ({ connected: true, server: 'bus', version: null, problem: null }),
    close: async () => {},
  };
  const world = await createWorld(db, { tracing, nats });
  closing.push(() => world.stop());
  await world.createDestination({ kind: 'nats', name: 'Bus' });
  await world.deliver([textFrom('9001', 'one')]);
  await world.drain();
  world.move(2_000);
  await world.drain();
  await tracing.flush();

  const spans = otlp.spans().filter(({ name }) => name.startsWith('publish '));
  expect(published.map(({ headers }) => headers['traceparent'])).toEqual(
    spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
  );
  expect(spans).toMatchObject([
    { kind: 4, isError: true, attributes: { 'error.type': 'unreachable' } },
    {
      isError: false,
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.type': 'send',
        'messaging.destination.name': published[0]?.subject,
        'messaging.message.id': published[0]?.id,
        'chatgate.delivery.attempt': 2,
      },
    },
  ]);
});
