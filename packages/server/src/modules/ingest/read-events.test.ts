import { FIXTURE_KINDS, type FixtureKind, readFixture } from '@chatgate/meta-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, parseExactly } from './canonical.ts';
import { dedupeKey } from './dedupe-key.ts';
import { readEvents } from './read-events.ts';

/** What each recorded example becomes; the rest are plain messages known by their mid. */
const EXPECTED: Partial<Record<FixtureKind, [kind: string, key: RegExp, parked?: string]>> = {
  echo: ['echo', /^m m_/],
  echo_from_inbox: ['echo', /^m m_/],
  echo_template: ['echo', /^m m_/],
  echo_fallback: ['echo', /^m m_/],
  edit: ['message_edit', /^e m_A1 1$/],
  delivery: ['delivery', /^delivery h [\w-]+$/],
  delivery_without_mids: ['delivery', /^delivery h [\w-]+$/],
  read: ['read', /^read h [\w-]+$/],
  reaction: ['reaction', /^r h [\w-]+$/],
  unreaction: ['reaction', /^r h [\w-]+$/],
  postback: ['postback', /^p m_E1$/],
  referral: ['referral', /^h /],
  lead_referral: ['referral', /^h /],
  optin: ['optin', /^h /],
  optin_stop: ['optin', /^h /],
  optin_checkbox: ['optin', /^h /],
  optin_plugin: ['optin', /^h /],
  pass_thread_control: ['pass_thread_control', /^h /],
  take_thread_control: ['take_thread_control', /^h /],
  request_thread_control: ['request_thread_control', /^h /],
  app_roles: ['app_roles', /^h /],
  standby_postback: ['postback', /^[ph] /],
  policy_enforcement: ['policy_enforcement', /^h /],
  policy_unblock: ['policy_enforcement', /^h /],
  feedback: ['messaging_feedback', /^h /],
  account_linking: ['account_linking', /^h /],
  account_unlinking: ['account_linking', /^h /],
  customer_information: ['messaging_customer_information', /^h /],
  response_feedback: ['response_feedback', /^h /],
  order: ['order', /^h /],
  lead_form: ['form', /^h /],
  coupon: ['template', /^h /],
  inbox_labels: ['change.inbox_labels', /^h /],
  feed: ['change.feed', /^h /],
  dashboard_test: ['change.messages', /^h /, 'no_page'],
  unknown_kind: ['messaging_something_new', /^h /],
  instagram: ['message', /^m /, 'other_object'],
  whatsapp: ['change.messages', /^h /, 'other_object'],
};

test.each(FIXTURE_KINDS)('the recorded %s is read as its kind, with its key', (fixture) => {
  const [kind, key, parked] = EXPECTED[fixture] ?? ['message', /^m m_/];
  const events = readEvents(readFixture(fixture));
  expect(events).toHaveLength(fixture === 'several_entries' ? 3 : 1);
  for (const event of events) {
    expect([event.kind, event.parked]).toEqual([kind, parked]);
    expect(event.dedupeKey.replace(/^\d{13} /, '')).toMatch(key);
    expect(event.standby).toBe(fixture.startsWith('standby'));
  }
});

test('every element of every entry is an event of its own, and an entry without any is one', () => {
  const element = (mid: string) => ({ sender: { id: '9' }, message: { mid } });
  const body = {
    object: 'page',
    entry: [
      { id: '1', time: 1, messaging: [element('a'), element('b')], standby: [element('c')] },
      { id: 2, time: 1_795_350_020, changes: [{ field: 'feed', value: {} }, 'odd'] },
      { id: '3', time: 1, changed_fields: ['feed'] },
      { id: '4', messaging: [element('d')], hop_context: [{ app_id: 1 }] },
    ],
  };
  const events = readEvents(Buffer.from(JSON.stringify(body)));
  expect(events.map(({ pageId, kind, standby }) => [pageId, kind, standby])).toEqual([
    ['1', 'message', false],
    ['1', 'message', false],
    ['1', 'message', true],
    ['2', 'change.feed', false],
    ['2', 'change.unknown', false],
    ['3', 'entry', false],
    ['4', 'message', false],
  ]);
  expect(events[3]?.sentAt).toBe(1_795_350_020_000);
});

test('keys are in the order of time, whatever ids Meta gives', () => {
  const message = (timestamp: number, mid: string) =>
    dedupeKey('message', { timestamp, message: { mid } });
  const keys = [
    message(1_795_350_000_001, 'm_z'),
    dedupeKey('read', { timestamp: 1_795_350_000_999, read: { watermark: 1_795_350_000_002 } }),
    // Seconds, as some of Meta's events have them.
    message(1_795_350_001, 'm_k'),
    message(1_795_350_001_001, 'm_a'),
    dedupeKey('optin', { timestamp: 1_795_350_001_002, optin: {} }),
  ];
  expect(keys.toSorted()).toEqual(keys);
});

test('what stands where a list should be is kept with its entry', () => {
  const messaging = { message: { mid: 'a' } };
  const changes = [{ field: 'feed', value: {} }];
  const entry = [
    { id: '1', time: 1, messaging },
    { id: '2', time: 1, messaging, changes },
  ];
  const events = readEvents(Buffer.from(JSON.stringify({ object: 'page', entry })));
  expect(events.map(({ kind, raw }) => [kind, JSON.parse(raw)])).toEqual([
    ['entry', { id: '1', time: 1, messaging }],
    ['change.feed', changes[0]],
    ['entry', { id: '2', time: 1, messaging }],
  ]);
});

test('an unsent message has another key than the message', () => {
  const message = { message: { mid: 'm_1', is_deleted: true } };
  const [event] = readEvents(
    Buffer.from(JSON.stringify({ object: 'page', entry: [{ id: '1', messaging: [message] }] })),
  );
  expect([event?.kind, event?.dedupeKey]).toEqual(['unsend', 'u m_1']);
});

test('integers beyond 2^53 keep their digits', () => {
  const element =
    '{"order":{"products":[{"id":12345678901234567890}]},"big":-9007199254740993,"f":1.5}';
  const [event] = readEvents(
    Buffer.from(`{"object":"page","entry":[{"id":"1","messaging":[${element}]}]}`),
  );
  expect(event?.raw).toBe(element);
});

test.each([
  ['NUL', { message: { mid: 'a\0b' } }],
  ['half a character', { message: { mid: 'a\ud83db' } }],
  ['a thousand characters', { message: { mid: 'x'.repeat(1_000) } }],
])('a mid with %s still gives a short key that any store takes', (_case, element) => {
  const key = dedupeKey('message', element);
  expect(key).toMatch(/^m h [\w-]{43}$/);
  expect(dedupeKey('message', { message: { mid: 'other' } })).not.toBe(key);
});

test('the canonical text does not depend on the order of keys', () => {
  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(shuffle);
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([k, v]) => [k, shuffle(v)]),
        )
      : value;
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = (json: unknown) => canonical(parseExactly(JSON.stringify(json)));
      expect(read(shuffle(value))).toBe(read(value));
    }),
  );
});

test('whatever bytes are signed, something is kept of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readEvents(Buffer.from(bytes)).length).toBeGreaterThan(0);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (entry, element) => {
      const body = { object: 'page', entry: [entry, { id: '1', messaging: [element] }] };
      const events = readEvents(Buffer.from(JSON.stringify(body)));
      expect(events.length).toBeGreaterThan(1);
      expect(events.every(({ raw }) => typeof raw === 'string')).toBe(true);
    }),
  );
});
