import { EVENT_EXAMPLES, EVENT_TYPE_NAMES, type EventType, eventSchema } from '@chatgate/contract';
import { type FixtureKind, readFixture } from '@chatgate/meta-protocol';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test-support/database.ts';
import { type Sink, startSink } from '../test-support/sink.ts';
import { createWorld, type World } from '../test-support/world.ts';

/** A recorded body of Meta's for every type. */
const FIXTURES: Record<EventType, FixtureKind> = {
  'message.received': 'text',
  'message.sent': 'echo',
  'message.edited': 'edit',
  'message.deleted': 'text',
  'message.reacted': 'reaction',
  'message.delivered': 'delivery',
  'message.read': 'read',
  'postback.received': 'postback',
  'referral.received': 'referral',
  'optin.received': 'optin',
  'handover.changed': 'pass_thread_control',
  'policy.enforced': 'policy_enforcement',
  'page.changed': 'feed',
  'event.other': 'unknown_kind',
};

type Body = { type: string; timestamp: string; data: Record<string, unknown> };
const arrived = new Map<string, Body>();
let world: World;
let sink: Sink;

beforeAll(async () => {
  world = await createWorld(await testDatabase());
  sink = await startSink();
  await world.createDestination({ url: sink.url });
  for (const [type, kind] of Object.entries(FIXTURES)) {
    const text = readFixture(kind).toString();
    const unsent = text.replace(/"text":"[^"]*"/, '"is_deleted":true').replace('m_A1', 'm_gone');
    await world.post(type === 'message.deleted' ? unsent : text);
    await world.drain();
    world.move(1_000);
  }
  for (const { body } of sink.received) {
    const parsed: Body = JSON.parse(body.toString());
    arrived.set(parsed.type, arrived.get(parsed.type) ?? parsed);
  }
});
afterAll(async () => {
  await world.stop();
  await sink.stop();
});

const bodyOf = (type: EventType): Body => {
  const body = arrived.get(type);
  if (!body) {
    throw new Error(`No ${type} arrived, but ${[...arrived.keys()].join(', ')}.`);
  }
  return body;
};

test.each(EVENT_TYPE_NAMES)('%s arrives as its schema says', (type) => {
  expect([...Value.Errors(eventSchema(type), bodyOf(type))]).toEqual([]);
});

test.each(EVENT_TYPE_NAMES)('the example of %s is what arrives, but for ids and times', (type) => {
  const { data, ...rest } = EVENT_EXAMPLES[type];
  const own = bodyOf(type);
  expect(rest.type).toBe(own.type);
  expect(withoutChance(data)).toEqual(withoutChance(own.data));
});

/** What differs from run to run. */
function withoutChance(data: Record<string, unknown>) {
  const { id: _id, conversationId, contact, receivedAt: _at, ...kept } = data;
  const known = contact as { psid: string } | null;
  return { ...kept, hasConversation: conversationId !== null, psid: known?.psid ?? null };
}
