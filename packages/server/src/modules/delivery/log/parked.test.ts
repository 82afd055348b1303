import type { Delivery, DeliveryDetails, DeliveryList, Destination } from '@chatgate/contract';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { ok, type Sink, startSink, status } from '../test-support/sink.ts';
import { createWorld, type World } from '../test-support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let db: Database;
let world: World;
let sink: Sink;
let destinationId: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db);
  sink = await startSink();
  destinationId = (await world.createDestination({ url: sink.url })).destination.id;
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

const say = (psid: string, ...texts: string[]) =>
  world.deliver(texts.map((text) => textFrom(psid, text)));

async function deliveries(query = ''): Promise<Delivery[]> {
  const list: DeliveryList = (await world.call('GET', `/deliveries${query}`)).body;
  return list.items.toReversed();
}

async function show(id: string | undefined): Promise<DeliveryDetails> {
  return (await world.call('GET', `/deliveries/${id}`)).body;
}

/** Lets everything be tried until it is given up; gives when each try happened. */
async function untilParked(): Promise<number[]> {
  sink.answer((request, response) =>
    (request.text.includes('poison') ? status(500) : ok)(request, response),
  );
  const at: number[] = [];
  for (;;) {
    const tried = sink.arrivals.length;
    await world.drain();
    if (sink.arrivals.length > tried) {
      at.push(world.time.now);
    }
    const [first] = await deliveries();
    if (first?.state === 'parked') {
      return at;
    }
    world.time.now = first?.nextAttemptAt ?? world.time.now;
  }
}

test('an event is parked after at least 12 tries over at least 76 hours, and blocks its conversation', async () => {
  await say('9001', 'poison', 'behind it');
  await say('9002', 'free');
  const at = await untilParked();
  expect(at.length).toBeGreaterThanOrEqual(12);
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(76 * HOUR);
  expect(sink.texts()).toEqual(['free']);
  const [first, second] = await deliveries(`?destinationId=${destinationId}`);
  expect(first).toMatchObject({ state: 'parked', attempts: 13, blocks: 1, nextAttemptAt: null });
  expect(second).toMatchObject({ state: 'waiting', attempts: 0, nextAttemptAt: null });
  expect(await world.health(destinationId)).toMatchObject({ parked: 1, waiting: 1 });
  world.move(DAY);
  await say('9001', 'another behind it');
  await world.drain();
  expect(sink.texts()).toEqual(['free']);
});

test('a parked event is tried again with a fresh schedule when a person says so', async () => {
  await say('9001', 'poison', 'behind it');
  await untilParked();
  const [first] = await deliveries();
  expect((await world.call('POST', `/deliveries/${first?.id}/retry`)).status).toBe(200);
  await world.drain();
  expect((await show(first?.id)).delivery).toMatchObject({ state: 'waiting', attempts: 14 });
  sink.answer(ok);
  world.move(1_000);
  await world.drain();
  expect(sink.texts()).toEqual(['poison', 'behind it']);
  const { attempts } = await show(first?.id);
  expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
  expect(await world.audited('delivery.retried')).toHaveLength(1);
});

test('a parked event is left out when a person says so, and what is behind it goes on', async () => {
  await say('9001', 'poison', 'behind it');
  await untilParked();
  const [first] = await deliveries();
  await world.call('POST', `/deliveries/${first?.id}/skip`);
  await world.drain();
  expect(sink.texts()).toEqual(['behind it']);
  expect((await show(first?.id)).delivery.state).toBe('skipped');
  expect(await world.audited('delivery.skipped')).toMatchObject([{ subject: { id: first?.id } }]);
  expect((await world.call('POST', `/deliveries/${first?.id}/retry`)).status).toBe(409);
  expect((await world.call('POST', `/deliveries/${first?.id}/skip`)).status).toBe(409);
});

test('one in the middle can be left out before its turn', async () => {
  sink.answer(status(500));
  await say('9001', 'one', 'two', 'three');
  await world.drain();
  const [, second] = await deliveries();
  await world.call('POST', `/deliveries/${second?.id}/skip`);
  sink.answer(ok);
  world.move(1_000);
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'three']);
});

test('many that were left out before their turn, and have left the log, hold up nothing', async () => {
  sink.answer(status(500));
  await say('9001', 'first', ...Array.from({ length: 20 }, (_, number) => `out ${number}`));
  await world.drain();
  const [, ...behind] = await deliveries('?limit=200');
  for (const { id } of behind) {
    await world.call('POST', `/deliveries/${id}/skip`);
  }
  const shown = (await world.call('GET', `/destinations/${destinationId}`)).body as Destination;
  const path = `/destinations/${destinationId}`;
  await world.call('PATCH', path, { version: shown.version, enabled: false });
  world.move(31 * DAY);
  await world.drain();
  expect(await deliveries('?limit=200')).toHaveLength(1);
  sink.answer(ok);
  await world.call('PATCH', path, { version: shown.version + 1, enabled: true });
  await world.drain();
  await say('9001', 'after them');
  await world.drain();
  expect(sink.texts()).toEqual(['first', 'after them']);
});

test('what does not exist cannot be changed or shown', async () => {
  for (const path of ['/deliveries/dl_none/retry', '/deliveries/dl_none/skip']) {
    expect((await world.call('POST', path)).status).toBe(404);
  }
  expect((await world.call('GET', '/deliveries/dl_none')).status).toBe(404);
  expect((await world.call('GET', '/deliveries?state=odd')).status).toBe(400);
});

test('the log pages by cursor and filters by state, conversation, event and type', async () => {
  await say('9001', 'one', 'two');
  await say('9002', 'three');
  await world.drain();
  const first: DeliveryList = (await world.call('GET', '/deliveries?limit=2')).body;
  const rest: DeliveryList = (
    await world.call('GET', `/deliveries?limit=2&cursor=${first.nextCursor}`)
  ).body;
  expect([...first.items, ...rest.items].map(({ seq }) => seq)).toEqual([1, 2, 1]);
  expect(rest.nextCursor).toBeNull();
  const [one] = await deliveries();
  expect(await deliveries(`?conversationId=${one?.conversationId}`)).toHaveLength(2);
  expect(await deliveries(`?eventId=${one?.eventId}`)).toHaveLength(1);
  expect(await deliveries('?state=delivered&type=message.received')).toHaveLength(3);
  expect(await deliveries('?state=waiting')).toEqual([]);
});

test('the log shows the request without its signature, and the body as it was signed', async () => {
  await say('9001', 'Привіт');
  await world.drain();
  const [one] = await deliveries();
  const { request, attempts } = await show(one?.id);
  expect(request?.headers['webhook-signature']).toBe('v1,… v1a,…');
  expect(request?.headers['webhook-id']).toBe(one?.eventId);
  expect(request?.body).toBe(sink.received[0]?.body.toString());
  expect(attempts).toMatchObject([{ status: 200, responseBody: 'ok', target: sink.url }]);
});

test('what was given up long ago is in the log for as long as any other once it is finished', async () => {
  await say('9001', 'poison', 'behind it');
  await untilParked();
  world.move(30 * DAY);
  const [first] = await deliveries();
  sink.answer(ok);
  await world.call('POST', `/deliveries/${first?.id}/retry`);
  await world.drain();
  await world.drain();
  expect((await deliveries()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  world.move(30 * DAY + 1);
  await world.drain();
  expect(await deliveries()).toEqual([]);
});

test('finished deliveries leave the log after their retention; what waits or is parked stays', async () => {
  await say('9001', 'poison', 'behind it');
  await say('9002', 'free');
  await untilParked();
  world.move(30 * DAY);
  await world.drain();
  expect((await deliveries()).map(({ state }) => state)).toEqual(['parked', 'waiting']);
  expect(await world.health(destinationId)).toMatchObject({ parked: 1, waiting: 1 });
});
