import type { DeliveryDetails, DeliveryList } from '@chatgate/contract';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { faults, gigabytes, sendsMoreThanItPromises } from './test-support/faults.ts';
import { ok, type Sink, startSink, status } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

let db: Database;
let world: World;
let sink: Sink;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db, { deadlineMs: 150 });
  sink = await startSink();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

const say = (psid: string, ...texts: string[]) =>
  world.deliver(texts.map((text) => textFrom(psid, text)));

/** The log of the only delivery there is. */
async function onlyDelivery(): Promise<DeliveryDetails> {
  const list: DeliveryList = (await world.call('GET', '/deliveries')).body;
  expect(list.items).toHaveLength(1);
  return (await world.call('GET', `/deliveries/${list.items[0]?.id}`)).body;
}

test.each([
  ['hangs before its headers', 'unreachable', 'deadline'],
  ['hangs in its body', 'unreachable', 'deadline'],
  ['sends headers for ever', 'unreachable', 'deadline'],
  ['sends one endless header', 'unreachable', 'answer'],
  ['resets', 'unreachable', 'connection'],
  ['closes without an answer', 'unreachable', 'answer'],
  ['promises more than it sends', 'unreachable', 'answer'],
  ['is no HTTP', 'unreachable', 'answer'],
] as const)(
  'an endpoint that %s is tried again and then served',
  async (fault, outcome, problem) => {
    await world.createDestination({ url: sink.url });
    sink.answer(faults[fault]);
    await say('9001', 'one', 'two');
    await world.drain();
    expect(sink.arrivals).toHaveLength(1);
    const { items }: DeliveryList = (await world.call('GET', '/deliveries')).body;
    const first = items.find(({ seq }) => seq === 1);
    const shown: DeliveryDetails = (await world.call('GET', `/deliveries/${first?.id}`)).body;
    expect(shown.attempts).toMatchObject([{ outcome, problem, status: null, responseBody: null }]);
    expect(shown.delivery).toMatchObject({ state: 'waiting', attempts: 1, blocks: 1 });
    sink.answer(ok);
    world.move(1_000);
    await world.drain();
    expect(sink.texts()).toEqual(['one', 'two']);
  },
);

test.each([301, 302, 303, 307, 308])(
  'a redirect (%s) is a refusal; nobody follows it',
  async (code) => {
    const elsewhere = await startSink();
    await world.createDestination({ url: sink.url });
    sink.answer(status(code, { location: elsewhere.url }));
    await say('9001', 'one');
    await world.drain();
    const { attempts } = await onlyDelivery();
    expect(attempts).toMatchObject([
      { outcome: 'refused', status: code, problem: `answered ${code}` },
    ]);
    expect(attempts[0]?.responseHeaders['location']).toBe(elsewhere.url);
    expect(elsewhere.arrivals).toEqual([]);
    await elsewhere.stop();
  },
);

test.each([200, 201, 202, 204, 299])('%s is success', async (code) => {
  await world.createDestination({ url: sink.url });
  sink.answer((_request, response) => response.writeHead(code).end());
  await say('9001', 'one');
  await world.drain();
  expect((await onlyDelivery()).delivery).toMatchObject({ state: 'delivered', lastStatus: code });
});

test.each([400, 401, 404, 409, 500, 503])('%s is a failure that is tried again', async (code) => {
  await world.createDestination({ url: sink.url });
  sink.answer(status(code));
  await say('9001', 'one');
  await world.drain();
  const { delivery, attempts } = await onlyDelivery();
  expect(delivery).toMatchObject({ state: 'waiting', lastStatus: code });
  expect(attempts).toMatchObject([{ outcome: 'refused', responseBody: `status ${code}` }]);
});

test('of an answer of gigabytes little is read, less is kept, and it still counts', async () => {
  const endless = gigabytes();
  await world.createDestination({ url: sink.url });
  sink.answer(endless.answer);
  await say('9001', 'one');
  await world.drain();
  const { delivery, attempts } = await onlyDelivery();
  expect(delivery.state).toBe('delivered');
  expect(attempts[0]?.responseBody).toHaveLength(4_096);
  expect(endless.written()).toBeLessThan(20_000_000);
});

test('what follows an answer is not taken for the answer to the next request', async () => {
  await world.createDestination({ url: sink.url });
  sink.answer(sendsMoreThanItPromises);
  await say('9001', 'one', 'two');
  await world.drain();
  const { items }: DeliveryList = (await world.call('GET', '/deliveries')).body;
  expect(items.map(({ lastStatus }) => lastStatus)).not.toContain(500);
});

test('an answer that no database takes as text is not shown, and holds up nothing', async () => {
  await world.createDestination({ url: sink.url });
  sink.answer((_request, response) =>
    response
      .writeHead(500, { 'x-odd': 'caf\u00e9', 'set-cookie': 'a=b' })
      .end(Buffer.from([0xff, 0xfe, 0])),
  );
  await say('9001', 'one');
  await world.drain();
  const { attempts } = await onlyDelivery();
  expect(attempts[0]?.responseBody).toBeNull();
  expect(attempts[0]?.responseHeaders).not.toHaveProperty('set-cookie');
});

test('a port where nobody listens is unreachable, and the log says so', async () => {
  await world.createDestination({ url: sink.url });
  await sink.stop();
  await say('9001', 'one');
  await world.drain();
  expect((await onlyDelivery()).attempts).toMatchObject([
    { outcome: 'unreachable', problem: 'connection' },
  ]);
});
