import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Destination } from '@chatgate/contract';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { held, ok, type Sink, startSink, status } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

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

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => String(9_001 + index));

async function sayFromMany(count: number, text: string): Promise<void> {
  for (const psid of people(count)) {
    await say(psid, `${text} of ${psid}`);
  }
}

/** How often each of these was tried. */
async function tries(): Promise<number[]> {
  const { body } = await world.call('GET', '/deliveries?limit=200');
  const { items } = body as { items: { attempts: number }[] };
  return items.map(({ attempts }) => attempts);
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test("when everything fails the destination rests, and waiting burns nobody's tries", async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  await sayFromMany(20, 'hello');
  await world.drain();
  const atFirst = total(await tries());
  expect(atFirst).toBeLessThanOrEqual(6);
  expect(await world.health(destination.id)).toMatchObject({
    ...{ state: 'paused', waiting: 20, problem: 'answered 500' },
    pausedUntil: world.time.now + 5 * SECOND,
  });
  world.move(5 * SECOND - 1);
  await world.drain();
  expect(total(await tries())).toBe(atFirst);
});

test('after a rest one delivery tries for all; rests double up to five minutes', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  await sayFromMany(20, 'hello');
  await world.drain();
  for (const rest of [10, 20, 40, 80, 160, 300, 300]) {
    const before = total(await tries());
    const { pausedUntil } = await world.health(destination.id);
    world.time.now = pausedUntil ?? 0;
    await world.drain();
    expect(total(await tries())).toBe(before + 1);
    const after = await world.health(destination.id);
    expect(after.pausedUntil).toBe(world.time.now + rest * SECOND);
  }
  expect(Math.max(...(await tries()))).toBeLessThanOrEqual(3);
  sink.answer(ok);
  world.move(300 * SECOND);
  await world.drain();
  expect(await world.health(destination.id)).toMatchObject({
    ...{ state: 'idle', waiting: 0, failingSince: null, problem: null },
  });
  expect(sink.texts()).toHaveLength(20);
});

test('one poisonous event pauses nobody else', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer((request, response) =>
    (request.text.includes('poison') ? status(400) : ok)(request, response),
  );
  await say('9001', 'poison');
  for (let round = 0; round < 6; round += 1) {
    await say('9002', `fine ${round}`);
    await world.drain();
    world.move(40 * SECOND);
  }
  expect((await world.health(destination.id)).state).not.toBe('paused');
  expect(sink.texts()).toHaveLength(6);
});

test.each([429, 503])('Retry-After of a %s pauses the whole destination', async (code) => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(code, { 'retry-after': '120' }));
  await say('9001', 'one');
  await world.drain();
  sink.answer(ok);
  await say('9002', 'two');
  await world.drain();
  expect(sink.texts()).toEqual([]);
  expect((await world.health(destination.id)).pausedUntil).toBe(world.time.now + 120 * SECOND);
  world.move(120 * SECOND);
  await world.drain();
  expect(sink.texts().sort()).toEqual(['one', 'two']);
  expect((await world.health(destination.id)).pausedUntil).toBeNull();
});

test('Retry-After counts although others of the same moment were accepted', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  const gate = held((request, response) =>
    (request.text.includes('late') ? status(429, { 'retry-after': '60' }) : ok)(request, response),
  );
  sink.answer(gate.answer);
  await say('9001', 'accepted');
  await say('9002', 'late');
  const draining = world.drain();
  await sink.arrivedAtLeast(2);
  gate.release();
  await draining;
  await say('9003', 'after it');
  await world.drain();
  expect(sink.texts()).toEqual(['accepted']);
  expect((await world.health(destination.id)).state).toBe('paused');
  sink.answer(ok);
  world.move(60 * SECOND);
  await world.drain();
  expect(sink.texts()).toHaveLength(3);
  expect((await world.health(destination.id)).state).toBe('idle');
});

test('Retry-After counts although what was under way before it is accepted after it', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  const gate = held(ok);
  sink.answer((request, response) =>
    (request.text.includes('patience') ? status(429, { 'retry-after': '60' }) : gate.answer)(
      request,
      response,
    ),
  );
  await say('9001', 'under way');
  await say('9002', 'patience');
  await world.project();
  const draining = world.drainEngine(world.delivery);
  const pausedUntil = world.time.now + 60 * SECOND;
  while ((await world.health(destination.id)).pausedUntil !== pausedUntil) {
    await nextTurn();
  }
  gate.release();
  await draining;
  expect(sink.texts()).toEqual(['under way']);
  expect((await world.health(destination.id)).pausedUntil).toBe(pausedUntil);
  await say('9003', 'after it');
  await world.drain();
  expect(sink.texts()).toEqual(['under way']);
  sink.answer(ok);
  world.move(60 * SECOND);
  await world.drain();
  expect(sink.texts().sort()).toEqual(['after it', 'patience', 'under way']);
  expect((await world.health(destination.id)).state).toBe('idle');
});

test('410 switches the destination off, says so, costs no try, and loses nothing', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(410));
  await say('9001', 'one', 'two');
  await world.drain();
  expect(sink.arrivals).toHaveLength(1);
  const shown: Destination = (await world.call('GET', `/destinations/${destination.id}`)).body;
  expect(shown).toMatchObject({
    ...{ enabled: false, disabled: { reason: 'gone', at: world.time.now } },
    health: { state: 'off', waiting: 2 },
  });
  expect(world.hints).toContainEqual({ type: 'destination.changed', destinationId: shown.id });
  expect(await world.audited('destination.switched_off')).toMatchObject([
    { subject: { id: shown.id }, after: { reason: 'gone' } },
  ]);
  world.move(30 * DAY);
  await world.drain();
  expect(sink.arrivals).toHaveLength(1);
  sink.answer(ok);
  const on = { version: shown.version, enabled: true };
  expect((await world.call('PATCH', `/destinations/${shown.id}`, on)).status).toBe(200);
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'two']);
});

test('a 410 of an address that was changed meanwhile says nothing about the new one', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  const gate = held(status(410));
  sink.answer(gate.answer);
  await say('9001', 'one');
  const draining = world.drain();
  await sink.arrivedAtLeast(1);
  const elsewhere = await startSink();
  const change = { version: destination.version, url: elsewhere.url };
  await world.call('PATCH', `/destinations/${destination.id}`, change);
  gate.release();
  await draining;
  await world.drain();
  expect((await world.health(destination.id)).state).not.toBe('off');
  expect(elsewhere.texts()).toEqual(['one']);
  await elsewhere.stop();
});

test('after days without a single success it switches itself off and says so', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  for (let day = 0; day < 5; day += 1) {
    for (let hour = 0; hour < 6; hour += 1) {
      await say(`9${day}${hour}`, `day ${day}`);
      await world.drain();
      world.move(4 * 3_600 * SECOND);
    }
    expect((await world.health(destination.id)).state).not.toBe('off');
  }
  await say('9999', 'the last straw');
  await world.drain();
  const shown: Destination = (await world.call('GET', `/destinations/${destination.id}`)).body;
  expect(shown.disabled).toEqual({ reason: 'failing', at: world.time.now });
  expect(await world.audited('destination.switched_off')).toMatchObject([
    { after: { reason: 'failing' } },
  ]);
});

test('a success in between starts the days anew', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  for (let hour = 0; hour < 48; hour += 1) {
    const isGood = hour === 24;
    sink.answer(isGood ? ok : status(500));
    await say(`9${hour}`, 'hello');
    await world.drain();
    world.move(4 * 3_600 * SECOND);
  }
  expect((await world.health(destination.id)).state).not.toBe('off');
});

test('what is tried for all is given up when nothing could be tried', async () => {
  const { destination } = await world.createDestination({ url: sink.url });
  sink.answer(status(500));
  await sayFromMany(3, 'hello');
  await world.drain();
  expect((await world.health(destination.id)).state).toBe('paused');
  // A person leaves out everything but one; the one that tries for all may be one of them.
  const { body } = await world.call('GET', '/deliveries');
  for (const { id } of (body as { items: { id: string }[] }).items.slice(0, 2)) {
    await world.call('POST', `/deliveries/${id}/skip`);
  }
  sink.answer(ok);
  world.move(40 * SECOND);
  await world.drain();
  expect(sink.texts()).toHaveLength(1);
  expect((await world.health(destination.id)).state).toBe('idle');
});
