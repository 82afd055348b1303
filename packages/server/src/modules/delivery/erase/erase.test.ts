import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { held, ok, type Sink, startSink, status } from '../test-support/sink.ts';
import { createWorld, type World } from '../test-support/world.ts';

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
  world.conversations.onErased(async (tx, erased) => {
    if (erased.kind === 'conversation') {
      await world.delivery.eraseConversations(tx, [erased.conversationId]);
    }
  });
  await world.deliver(['my secret', 'another'].map((text) => textFrom('9001', text)));
  await world.deliver([textFrom('9002', 'of somebody else')]);
  await world.project();
});
afterEach(async () => {
  await world.stop();
  await sink.stop();
});

/** Asks for the erasure of who said this; the worker has not done its part yet. */
async function cutOff(text: string): Promise<string> {
  const { items } = await world.list();
  const id = items.find(({ preview }) => preview.text === text)?.id ?? '';
  expect((await world.call('DELETE', `/conversations/${id}`)).status).toBe(204);
  return id;
}

async function left(): Promise<unknown[]> {
  const { rows } = await sql<{ queue_key: string }>`
    select queue_key from delivery_queue union all select queue_key from delivery
    union all select d.queue_key from delivery_attempt a left join delivery d on d.id = a.delivery_id`.execute(
    db.read,
  );
  return rows.map(({ queue_key }) => queue_key);
}

test('nothing of a person is left or sent any more, and the others are untouched', async () => {
  await world.drain();
  const id = await cutOff('another');
  const others = await left();
  expect(others).toHaveLength(3);
  expect(others).not.toContain(id);
  expect(others).not.toContain(null);
});

test('what is under way when a person is cut off is recorded nowhere', async () => {
  const gate = held(ok);
  sink.answer(gate.answer);
  const draining = world.drainEngine(world.delivery);
  await sink.arrivedAtLeast(2);
  const id = await cutOff('another');
  sink.answer(ok);
  gate.release();
  await draining;
  const others = await left();
  expect(others).toHaveLength(3);
  expect(others).not.toContain(id);
});

test('what waits for a person who was cut off meanwhile is not sent', async () => {
  sink.answer(status(500));
  await world.drain();
  await cutOff('another');
  sink.answer(ok);
  world.move(60_000);
  await world.drain();
  expect(sink.texts()).toEqual(['of somebody else']);
});

test('a replay while an erasure is still at work sends nothing of that person', async () => {
  await world.drain();
  sink.received.splice(0);
  const id = await cutOff('another');
  const replay = (body: object) =>
    world.call('POST', `/destinations/${destinationId}/replay`, body);
  await replay({ from: 0 });
  await replay({ conversationId: id });
  await world.drain();
  expect(sink.texts()).toEqual(['of somebody else']);
  await world.conversations.workers.personEraser.drain();
  expect(await left()).not.toContain(id);
});
