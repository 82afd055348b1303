import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { type Sink, startSink, status } from './test-support/sink.ts';
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

test('what a person wrote arrives at the destination, in order, once', async () => {
  await world.createDestination({ url: sink.url });
  await say('9001', 'one', 'two', 'three');
  await world.drain();
  await say('9001', 'four');
  await world.drain();
  expect(sink.texts()).toEqual(['one', 'two', 'three', 'four']);
  expect(sink.received.map(({ data }) => data.seq)).toEqual([1, 2, 3, 4]);
});

test('a failure holds up its own conversation only, and the schedule brings it back', async () => {
  await world.createDestination({ url: sink.url });
  sink.answer((request, response) =>
    request.text.includes('poison') ? status(500)(request, response) : response.end('ok'),
  );
  await say('9001', 'poison', 'behind it');
  await say('9002', 'free');
  await world.drain();
  expect(sink.texts()).toEqual(['free']);
  sink.answer((_request, response) => response.end('ok'));
  world.move(999);
  await world.drain();
  expect(sink.texts()).toEqual(['free']);
  world.move(1);
  await world.drain();
  expect(sink.texts()).toEqual(['free', 'poison', 'behind it']);
});

test('nothing is written where no destination wants it', async () => {
  await world.createDestination({ url: sink.url, eventTypes: ['message.read'] });
  await world.createDestination({ url: sink.url, gatewayId: 'gw_test', pageIds: ['1002'] });
  await say('9001', 'one');
  await world.drain();
  const { body } = await world.call('GET', '/deliveries');
  expect(body).toEqual({ items: [], nextCursor: null });
});
