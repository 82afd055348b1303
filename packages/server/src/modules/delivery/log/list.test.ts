import type { DeliveryList } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { extendQueues, insertDeliveries, type NewDelivery } from '../queue/store.ts';
import { createWorld, type World } from '../test-support/world.ts';

const LOOK_THROUGH = 20_000;
const CONVERSATIONS = 100;
let db: Database;
let world: World;
let mine: string;
let other: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(db);
  const create = async (name: string) =>
    (await world.createDestination({ name, url: 'http://127.0.0.1:9/' })).destination.id;
  mine = await create('Mine');
  other = await create('Other');
});
afterEach(() => world.stop());

/** Deliveries of the one destination, oldest first; of the first twelve, every third is of a rare type. */
async function queue(destination_id: string, count: number): Promise<void> {
  const { ids } = world.deps;
  const rows = Array.from({ length: count }, (_, index): NewDelivery => {
    const conversation = `cv_${index % CONVERSATIONS}`;
    return {
      ...{ id: ids.next('dl'), destination_id, queue_key: conversation, event_id: `ev_${index}` },
      ...{ position: Math.floor(index / CONVERSATIONS) + 1, gateway_id: 'gw_1', page_id: '1001' },
      type: index < 12 && index % 3 === 0 ? 'message.edited' : 'message.received',
      ...{ conversation_id: conversation, seq: null, replay: 0, created_at: world.time.now },
    };
  });
  const queues = [...new Set(rows.map(({ queue_key }) => queue_key))].sort();
  await db.transaction(async (tx) => {
    await extendQueues(db, tx, {
      queues: queues.map((queue_key) => ({ destination_id, queue_key, added: 1 })),
      now: world.time.now,
    });
    await insertDeliveries(db, tx, rows);
  });
}

async function list(query: string): Promise<DeliveryList> {
  return (await world.call('GET', `/deliveries?${query}`)).body;
}

async function eventsOf(query: string): Promise<string[]> {
  return (await list(query)).items.map(({ eventId }) => eventId);
}

test('every filter alone and with the others lets the same through', async () => {
  await queue(mine, 320);
  await queue(other, 12);
  await db.transaction(async (tx) => {
    await sql`update delivery set state = 'parked' where event_id = 'ev_3'`.execute(tx);
  });
  const of = `destinationId=${mine}`;
  expect(await eventsOf(`${of}&conversationId=cv_3`)).toEqual([
    ...['ev_303', 'ev_203', 'ev_103', 'ev_3'],
  ]);
  expect(await eventsOf('conversationId=cv_3')).toEqual([
    ...['ev_3', 'ev_303', 'ev_203', 'ev_103', 'ev_3'],
  ]);
  expect(await eventsOf('conversationId=cv_3&type=message.edited')).toEqual(['ev_3', 'ev_3']);
  expect(await eventsOf(`${of}&conversationId=cv_3&state=waiting&limit=2`)).toEqual([
    ...['ev_303', 'ev_203'],
  ]);
  expect(await eventsOf('eventId=ev_3')).toEqual(['ev_3', 'ev_3']);
  expect(await eventsOf(`${of}&eventId=ev_3&state=parked&conversationId=cv_3`)).toEqual(['ev_3']);
  expect(await eventsOf('eventId=ev_3&conversationId=cv_4')).toEqual([]);
  expect(await eventsOf('eventId=ev_3&type=message.received')).toEqual([]);
  expect(await eventsOf('state=parked')).toEqual(['ev_3', 'ev_3']);
  expect(await eventsOf(`${of}&type=message.edited`)).toEqual(['ev_9', 'ev_6', 'ev_3', 'ev_0']);
});

test('a conversation is read on by its cursor', async () => {
  await queue(mine, 320);
  const first = await list('conversationId=cv_3&limit=3');
  const next = await eventsOf(`conversationId=cv_3&limit=3&cursor=${first.nextCursor}`);
  expect([first.items.map(({ eventId }) => eventId), next]).toEqual([
    ['ev_303', 'ev_203', 'ev_103'],
    ['ev_3'],
  ]);
});

test.each([
  { what: 'of one destination', of: () => `destinationId=${mine}&type=message.edited` },
  { what: 'of all', of: () => 'type=message.edited' },
])(
  'what is rare and lies far back, $what, is found by reading on, a page at a time',
  async ({ of }) => {
    await queue(mine, LOOK_THROUGH + 4);
    const first = await list(of());
    const next = await list(`${of()}&cursor=${first.nextCursor}`);
    expect(first.items.map(({ eventId }) => eventId)).toEqual(['ev_9', 'ev_6', 'ev_3']);
    expect(next.items.map(({ eventId }) => eventId)).toEqual(['ev_0']);
    expect(next.nextCursor).toBeNull();
  },
);
