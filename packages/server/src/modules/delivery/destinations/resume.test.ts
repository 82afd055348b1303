import type { Delivery, Destination } from '@chatgate/contract';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { RETRY_DELAYS_MS } from '../send/schedule.ts';
import { type Sink, startSink, status } from '../test-support/sink.ts';
import { createWorld, type World } from '../test-support/world.ts';

const HOUR = 3_600_000;

let db: Database;
let world: World;
let sink: Sink;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db);
  sink = await startSink();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

const say = (psid: string, ...texts: string[]) =>
  world.deliver(texts.map((text) => textFrom(psid, text)));
const works = () => sink.answer((_request, response) => response.end('ok'));

async function failFor(tries: number): Promise<void> {
  sink.answer(status(503));
  for (let tried = 0; tried < tries; tried += 1) {
    await world.drain();
    world.move(RETRY_DELAYS_MS[tried] ?? 0);
  }
}

/** Everything that says poison uses up its tries, while others get through. */
async function parkPoison(): Promise<void> {
  sink.answer((request, response) =>
    request.text.includes('poison') ? status(503)(request, response) : response.end('ok'),
  );
  for (const delay of [...RETRY_DELAYS_MS, 0]) {
    await say('9009', 'fine');
    await world.drain();
    world.move(delay * 1.5);
  }
}

const afterwards = () => sink.texts().filter((text) => text !== 'fine');

const listed = async (query: string) => {
  const { body } = await world.call('GET', `/deliveries?${query}`);
  return (body as { items: Delivery[] }).items;
};

test('the last success is told, and a failure does not move it', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  expect(destination.health.lastDeliveredAt).toBeNull();
  await say('9001', 'one');
  await world.drain();
  const at = world.time.now;
  expect((await world.health(destination.id)).lastDeliveredAt).toBe(at);
  world.move(5_000);
  sink.answer(status(500));
  await say('9001', 'two');
  await world.drain();
  expect((await world.health(destination.id)).lastDeliveredAt).toBe(at);
  world.move(2 * HOUR);
  works();
  await world.drain();
  expect((await world.health(destination.id)).lastDeliveredAt).toBe(world.time.now);
});

test('who says that it works again need not wait for the schedule', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  await say('9001', 'one', 'behind it');
  await failFor(8);
  world.move(-RETRY_DELAYS_MS[7]);
  works();
  await world.drain();
  expect(sink.texts()).toEqual([]);
  const { status: answered } = await world.call('POST', `/destinations/${destination.id}/resume`);
  expect(answered).toBe(200);
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'behind it']);
});

test('a pause ends when a person says so', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  for (const psid of ['9001', '9002', '9003']) {
    await say(psid, `from ${psid}`);
  }
  await world.drain();
  expect((await world.health(destination.id)).state).toBe('paused');
  works();
  await world.call('POST', `/destinations/${destination.id}/resume`);
  await world.drain();
  expect(sink.texts().toSorted()).toEqual(['from 9001', 'from 9002', 'from 9003']);
  expect((await world.health(destination.id)).state).toBe('idle');
});

test('a clock that was a day ahead and is set back holds nothing up', async () => {
  await world.createDestination({ url: sink.url });
  await say('9001', 'one');
  await say('9002', 'other');
  world.move(24 * HOUR);
  sink.answer(status(503));
  await world.drain();
  expect(await listed('state=waiting')).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  world.move(-24 * HOUR);
  works();
  await world.drain();
  expect(sink.texts().toSorted()).toEqual(['one', 'other']);
  expect(await listed('state=waiting')).toEqual([]);
});

test('a clock that is set back while no process runs holds nothing up either', async () => {
  await world.createDestination({ url: sink.url });
  await say('9001', 'one');
  world.move(24 * HOUR);
  sink.answer(status(503));
  await world.drain();
  world.move(-24 * HOUR);
  works();
  await world.drainEngine(world.addReplica());
  expect(sink.texts()).toEqual(['one']);
});

test('pressing it again and again uses nobody’s tries up', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  await say('9001', 'one');
  sink.answer(status(500));
  await world.drain();
  for (let pressed = 0; pressed < 20; pressed += 1) {
    await world.call('POST', `/destinations/${destination.id}/resume`);
    await world.drain();
  }
  expect(await listed('state=parked')).toEqual([]);
  const [waiting] = await listed('state=waiting');
  expect(waiting?.attempts).toBe(21);
});

test('one that is off is switched on instead, and then everything goes at once', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  await say('9001', 'one');
  sink.answer(status(410));
  await world.drain();
  const { body } = await world.call('GET', `/destinations/${destination.id}`);
  const { disabled, version } = body as Destination;
  expect(disabled?.reason).toBe('gone');
  const refused = await world.call('POST', `/destinations/${destination.id}/resume`);
  expect(refused.status).toBe(409);
  works();
  await world.call('PATCH', `/destinations/${destination.id}`, { version, enabled: true });
  await world.drain();
  expect(sink.texts()).toEqual(['one']);
});

test('what is parked stays parked when a destination is resumed', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  await say('9001', 'poison', 'behind it');
  await parkPoison();
  expect(await listed('state=parked')).toHaveLength(1);
  works();
  expect((await world.call('POST', `/destinations/${destination.id}/resume`)).status).toBe(200);
  await world.drain();
  expect(afterwards()).toEqual([]);
});

test('everything parked is left out at once, and what waits behind goes on', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  await say('9001', 'poison', 'behind it');
  await say('9002', 'poison too', 'behind that');
  await parkPoison();
  expect(await listed('state=parked')).toHaveLength(2);
  works();
  const { body } = await world.call('POST', `/destinations/${destination.id}/skip-parked`);
  expect(body).toEqual({ skipped: 2 });
  await world.drain();
  expect(afterwards().toSorted()).toEqual(['behind it', 'behind that']);
  expect(await listed('state=skipped')).toHaveLength(2);
  const again = await world.call('POST', `/destinations/${destination.id}/skip-parked`);
  expect(again.body).toEqual({ skipped: 0 });
});
