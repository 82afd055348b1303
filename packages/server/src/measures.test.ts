import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { DestinationWithSecret } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BAKERY, type Chat, startChat } from './modules/outbound/test-support/chat.ts';

/** A customer's endpoint, which answers what the test says. */
const sink = { status: 200, url: '' };
const endpoint = createServer((request, response) => {
  request.resume();
  response.writeHead(sink.status).end();
});

let chat: Chat;
beforeAll(async () => {
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const address = endpoint.address();
  sink.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  chat = await startChat();
}, 60_000);
afterAll(async () => {
  await chat.stop();
  endpoint.closeAllConnections();
  endpoint.close();
});

async function values(): Promise<Map<string, number>> {
  const { body } = await chat.server.app.metrics.scrape();
  return new Map(
    body
      .split('\n')
      .filter((line) => line.startsWith('chatgate_'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

/** How far each of these numbers moved while `act` ran. */
async function moved(act: () => Promise<unknown>): Promise<(name: string) => number> {
  const before = await values();
  await act();
  const after = await values();
  return (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
}

async function writeAsCustomer(text: string): Promise<void> {
  chat.meta.customers.act({ pageId: BAKERY, customerId: 'c1', kind: 'text', text });
  await chat.settle();
}

test('what Meta sends moves the numbers, refused or not', async () => {
  const signature = `sha256=${createHmac('sha256', 'x').update('{}').digest('hex')}`;
  const by = await moved(async () => {
    await fetch(`${chat.server.url}/meta/no-such-gateway/webhook`, {
      method: 'POST',
      headers: { 'x-hub-signature-256': signature },
      body: '{}',
    });
    await writeAsCustomer('Hello?');
  });
  expect(by('chatgate_webhook_posts_total{status="404"}')).toBe(1);
  expect(by('chatgate_webhook_posts_total{status="200"}')).toBeGreaterThanOrEqual(1);
  expect(by('chatgate_webhook_ack_seconds_count')).toBeGreaterThanOrEqual(1);
  expect(by('chatgate_events_taken_total{what="new"}')).toBeGreaterThanOrEqual(1);
  expect(by('chatgate_events_settled_total{state="recorded"}')).toBeGreaterThanOrEqual(1);
});

test('sends are counted by how they ended and by the class of the error', async () => {
  const sent = await moved(async () => {
    await chat.post({ text: 'Yes, until six.' });
    await chat.settle();
  });
  expect(sent('chatgate_sends_total{outcome="sent",class="none"}')).toBe(1);

  chat.meta.faults.set('graph_error', { code: 100, path: '*/messages', times: 1 });
  const refused = await moved(async () => {
    await chat.post({ text: 'And tomorrow?' });
    await chat.settle();
  });
  expect(refused('chatgate_sends_total{outcome="sent",class="none"}')).toBe(0);
  expect(refused('chatgate_sends_total{outcome="failed",class="permanent"}')).toBe(1);
});

test('a destination that works, then fails until its event is parked, is seen to', async () => {
  const { body } = await chat.server.call('POST', '/destinations', {
    ...{ as: chat.person, body: { name: 'Order "system"', kind: 'http', url: sink.url } },
  });
  const { id } = (body as DestinationWithSecret).destination;
  const of = (name: string) => `${name}{destination="${id}",name="Order \\"system\\""}`;
  const delivered = await moved(() => writeAsCustomer('One.'));
  const outcome = (word: string) => `chatgate_delivery_attempts_total{outcome="${word}"}`;
  expect(delivered(outcome('delivered'))).toBeGreaterThanOrEqual(1);
  expect((await values()).get('chatgate_destinations{state="idle"}')).toBe(1);

  sink.status = 500;
  const refused = await moved(async () => {
    await writeAsCustomer('Two.');
    chat.clock.move(1_500);
    await chat.settle();
  });
  expect(refused(outcome('refused'))).toBeGreaterThanOrEqual(2);
  expect(refused(outcome('delivered'))).toBe(0);
  expect(refused('chatgate_delivery_attempt_seconds_count')).toBe(refused(outcome('refused')));
  const failing = await values();
  expect(failing.get('chatgate_destinations{state="failing"}')).toBe(1);
  expect(failing.get(of('chatgate_destination_waiting'))).toBeGreaterThanOrEqual(1);
  expect(failing.get(of('chatgate_destination_oldest_waiting_seconds'))).toBeGreaterThan(1);
  expect(failing.get(of('chatgate_destination_parked'))).toBe(0);

  const [second, minute, hour] = [1_000, 60_000, 3_600_000];
  for (const ms of [
    ...[10 * second, minute, 3 * minute, 12 * minute, 36 * minute, 3 * hour, 6 * hour],
    ...[13 * hour, 17 * hour, 25 * hour, 30 * hour],
  ]) {
    chat.clock.move(ms);
    await chat.server.drain();
  }
  expect((await values()).get(of('chatgate_destination_parked'))).toBe(1);
}, 60_000);

test('every measure is read on this engine', async () => {
  const shown = [...(await values()).keys()];
  const { metrics, core } = chat.server.app;
  for (const { name, labels = [] } of metrics.measures) {
    const isEmpty = name === 'chatgate_database_connections' && core.db.engine === 'sqlite';
    const mine = shown.filter((line) => line.split('{')[0]?.replace(/_bucket$/, '') === name);
    expect(mine.length > 0, name).toBe(!isEmpty);
    for (const label of isEmpty ? [] : labels) {
      expect(mine[0], name).toContain(`${label}="`);
    }
  }
});

test('the delay of the event loop is among what the process tells', async () => {
  const { body } = await chat.server.app.metrics.scrape();
  expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
});
