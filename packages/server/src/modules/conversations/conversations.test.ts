import {
  FIXTURE_KINDS,
  type FixtureKind,
  readFixture,
  WEBHOOK_VECTOR,
} from '@chatgate/meta-protocol';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { type Bench, createBench, emptyTables, NOW, textFrom } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  bench = await createBench(db);
});
const drain = () => bench.conversations.workers.projector.drain();

async function onlyThread() {
  const { items } = await bench.list();
  expect(items).toHaveLength(1);
  return bench.thread(items[0]?.id ?? '');
}

test('a signed POST becomes a conversation that can be read', async () => {
  const answer = await bench.post(WEBHOOK_VECTOR.body, {
    'x-hub-signature-256': WEBHOOK_VECTOR.sha256,
  });
  expect([answer.statusCode, answer.body]).toEqual([200, 'EVENT_RECEIVED']);
  await drain();
  const { items } = await bench.list();
  expect(items).toMatchObject([
    {
      page: { id: '1001', name: 'Bakery' },
      preview: { kind: 'message', text: 'Olá a@b.c /x' },
      unread: 1,
      seq: 1,
    },
  ]);
  const thread = await onlyThread();
  expect(thread.items).toMatchObject([
    {
      seq: 1,
      kind: 'message',
      direction: 'in',
      mid: 'm_t1',
      text: 'Olá a@b.c /x',
      sender: { kind: 'contact', name: null },
      journey: { sentAt: 1_795_350_000_001, signature: 'valid', copies: 1, standby: false },
    },
  ]);
  expect(thread.items[0]?.journey.storedMs).toBeGreaterThan(0);
});

/** Recorded, but without a person, or not a message of their own; the rest are messages. */
const WITHOUT_MESSAGE: Partial<Record<FixtureKind, string>> = {
  ...{ edit: 'hidden', delivery: 'hidden', delivery_without_mids: 'hidden', read: 'hidden' },
  ...{ reaction: 'hidden', unreaction: 'hidden' },
  ...{ app_roles: 'nobody', policy_enforcement: 'nobody', policy_unblock: 'nobody' },
  ...{ inbox_labels: 'nobody', feed: 'nobody' },
  ...{ dashboard_test: 'no_page', instagram: 'other_object', whatsapp: 'other_object' },
};
const KINDS: Partial<Record<FixtureKind, string>> = {
  ...{ postback: 'postback', standby_postback: 'postback' },
  ...{ referral: 'referral', lead_referral: 'referral' },
  ...{ optin: 'optin', optin_stop: 'optin', optin_checkbox: 'optin', optin_plugin: 'optin' },
  ...{ pass_thread_control: 'handover', take_thread_control: 'handover' },
  ...{ request_thread_control: 'handover' },
  ...{ feedback: 'unknown', account_linking: 'unknown', account_unlinking: 'unknown' },
  ...{ customer_information: 'unknown', response_feedback: 'unknown', order: 'unknown' },
  ...{ lead_form: 'unknown', coupon: 'unknown', unknown_kind: 'unknown' },
};

test.each(FIXTURE_KINDS)(
  'the recorded %s ends in exactly one state (invariant 2)',
  async (kind) => {
    expect((await bench.post(readFixture(kind))).statusCode).toBe(200);
    await drain();
    const { rows } = await sql<{ state: string; reason: string | null; seq: number | null }>`
    select state, reason, seq from event order by id`.execute(bench.db.read);
    const ending = WITHOUT_MESSAGE[kind] ?? 'shown';
    const isParked = ending === 'no_page' || ending === 'other_object';
    for (const row of rows) {
      expect([row.state, row.reason]).toEqual(isParked ? ['parked', ending] : ['recorded', null]);
      expect(row.seq === null).toBe(ending !== 'shown' && ending !== 'hidden');
    }
    const { items } = await bench.list();
    expect(items).toHaveLength(ending !== 'shown' ? 0 : kind === 'several_entries' ? 2 : 1);
    for (const { id } of items) {
      for (const message of (await bench.thread(id)).items) {
        expect(message.kind).toBe(KINDS[kind] ?? 'message');
      }
    }
  },
);

test.each<[FixtureKind, string, string | null]>([
  ['text', 'contact', null],
  ['echo', 'chatgate', '1234'],
  ['echo_from_inbox', 'page_inbox', '263902037430900'],
  ['pass_thread_control', 'meta', null],
])('the sender of %s is named %s', async (kind, sender, appId) => {
  await bench.post(readFixture(kind));
  await drain();
  const { items } = await onlyThread();
  expect(items[0]?.sender).toMatchObject({ kind: sender, appId });
  expect(items[0]?.direction).toBe(kind.startsWith('echo') ? 'out' : 'in');
});

test('an echo of another app is named with its id, and counts nothing as unread', async () => {
  const echo = { mid: 'm_e', is_echo: true, app_id: 777, text: 'from a bot' };
  await bench.deliver([
    { sender: { id: '1001' }, recipient: { id: '9001' }, timestamp: NOW, message: echo },
  ]);
  await drain();
  const thread = await onlyThread();
  expect(thread.items[0]?.sender).toEqual({ kind: 'other_app', name: null, appId: '777' });
  expect(thread.conversation.unread).toBe(0);
});

test('attachments, quick replies, postbacks, referrals and replies are shown', async () => {
  const kinds: FixtureKind[] = ['text', 'several_attachments', 'sticker', 'location'];
  const more: FixtureKind[] = ['quick_reply', 'postback', 'ad_referral', 'echo_fallback'];
  for (const kind of [...kinds, ...more]) {
    await bench.post(readFixture(kind));
  }
  await bench.deliver([
    { ...textFrom('9001', 'yes'), message: { mid: 'm_r', text: 'yes', reply_to: { mid: 'm_A1' } } },
  ]);
  await drain();
  const { items } = await onlyThread();
  const types = items.flatMap(({ attachments }) => attachments.map(({ type }) => type));
  expect(types).toEqual(
    expect.arrayContaining(['image', 'audio', 'video', 'file', 'sticker', 'location', 'fallback']),
  );
  const location = items.flatMap(({ attachments }) => attachments).find((a) => a.url === null);
  expect(location?.payload).toBeDefined();
  expect(items.map(({ quickReply }) => quickReply)).toContain('COLOR_BLUE');
  expect(items.map(({ postback }) => postback?.payload)).toContain('GET_STARTED');
  expect(items.map(({ referral }) => referral?.adId)).toContain('601');
  const reply = items.find(({ mid }) => mid === 'm_r');
  expect(reply?.replyTo?.mid).toBe('m_A1');
  expect(reply?.replyTo?.text).toBe(items.find(({ mid }) => mid === 'm_A1')?.text ?? null);
});

test('a message in standby is shown and marked', async () => {
  await bench.post(readFixture('standby'));
  await drain();
  expect((await onlyThread()).items[0]?.journey.standby).toBe(true);
});

test('somebody without a PSID has a conversation of their own, by the reference', async () => {
  await bench.post(readFixture('user_ref'));
  await bench.post(readFixture('optin_checkbox'));
  await drain();
  const { items } = await bench.list();
  expect(items.map(({ contact }) => contact.profile)).toEqual(['not_shared', 'not_shared']);
});

test('text that PostgreSQL would refuse is shown with a replacement character', async () => {
  await bench.deliver([textFrom('9001', 'a\0b'), textFrom('9002', 'half \ud83d')]);
  await drain();
  const { items } = await bench.list();
  expect(items.map(({ preview }) => preview.text).sort()).toEqual(['a\uFFFDb', 'half \uFFFD']);
});

test('a time from the future does not pin a conversation to the top', async () => {
  await bench.deliver([textFrom('9001', 'from 2100', { at: 4_102_444_800_000 })]);
  await drain();
  const { items } = await bench.list();
  expect(items[0]?.lastMessageAt).toBe(NOW + 60_000);
});

test('a gateway that is off: events are ignored, nothing is shown', async () => {
  bench.world.enabled = false;
  await bench.deliver([textFrom('9001', 'x')]);
  await drain();
  expect((await bench.list()).items).toEqual([]);
  const { rows } = await sql`select state, reason from event`.execute(bench.db.read);
  expect(rows).toEqual([{ state: 'ignored', reason: 'gateway_off' }]);
});

test('receiving off: events are ignored, counted at the Page, erased after a day', async () => {
  bench.world.pages.set('1001', false);
  await bench.deliver([textFrom('9001', 'x'), textFrom('9001', 'y')]);
  await drain();
  expect((await bench.list()).items).toEqual([]);
  expect(bench.seen.notes).toMatchObject([{ pageId: '1001', ignoredWhileOff: 2 }]);
  const count = async () => (await sql`select id from event`.execute(bench.db.read)).rows.length;
  bench.time.now += 86_400_000;
  await bench.conversations.workers.eraser.drain();
  expect(await count()).toBe(2);
  bench.time.now += 1;
  await bench.conversations.workers.eraser.drain();
  expect(await count()).toBe(0);
});

test('an unknown Page: events wait in the tray and are projected when it is adopted', async () => {
  await bench.deliver([textFrom('9001', 'one', { pageId: '7' })], '7');
  await bench.deliver([textFrom('9002', 'two', { pageId: '8' })], '8');
  await drain();
  expect((await bench.list()).items).toEqual([]);
  const tray = (await bench.get('/gateways/gw_test/unknown-pages')).json();
  expect(tray.items).toMatchObject([
    { events: 1, firstAt: NOW, lastAt: NOW },
    { events: 1, firstAt: NOW, lastAt: NOW },
  ]);
  const count = () => bench.conversations.countUnknownPages(bench.db.read, ['gw_test']);
  expect(await count()).toEqual(new Map([['gw_test', 2]]));
  bench.world.pages.set('7', true);
  const adopted = await bench.db.transaction((tx) =>
    bench.conversations.onAdopted(tx, 'gw_test', '7'),
  );
  expect(adopted).toBe(1);
  await drain();
  expect((await bench.list()).items).toMatchObject([{ page: { id: '7' }, seq: 1 }]);
  expect(await count()).toEqual(new Map([['gw_test', 1]]));
});

test('what was parked at the very moment its Page was adopted is found later', async () => {
  await bench.deliver([textFrom('9001', 'one', { pageId: '7' })], '7');
  await drain();
  await bench.conversations.workers.trayKeeper.drain();
  expect((await bench.list()).items).toEqual([]);
  bench.world.pages.set('7', true);
  await bench.conversations.workers.trayKeeper.drain();
  await drain();
  expect((await bench.list()).items).toMatchObject([{ page: { id: '7' }, seq: 1 }]);
});

test('the milestone, the notes and the hints come with the first message, and no second one', async () => {
  await bench.deliver([textFrom('9001', 'one', { at: NOW - 5 })]);
  await drain();
  const [conversation] = (await bench.list()).items;
  expect(bench.seen.milestones).toEqual(['first_message_at']);
  expect(bench.seen.notes).toEqual([
    {
      ...{ pageId: '1001', lastEventAt: NOW - 5, ignoredWhileOff: 0 },
      lastConversationId: conversation?.id,
    },
  ]);
  expect(bench.seen.hints).toEqual([
    { type: 'gateway.changed', gatewayId: 'gw_test' },
    { type: 'conversation.changed', gatewayId: 'gw_test', conversationId: conversation?.id },
    { type: 'pages.changed', gatewayId: 'gw_test' },
  ]);
  await bench.deliver([textFrom('9001', 'two')]);
  await drain();
  expect(bench.seen.milestones).toEqual(['first_message_at']);
});

test('what a message carries is noted to be fetched, in the transaction that stores it', async () => {
  await bench.deliver([textFrom('9001', 'no file')]);
  await drain();
  expect(bench.seen.wakes, 'whoever fetches files would open a transaction for nothing').toBe(0);
  await bench.deliver([
    {
      ...textFrom('9001', 'two files'),
      message: {
        mid: 'm_files',
        attachments: [
          { type: 'image', payload: { url: 'https://scontent.test/a.jpg' } },
          { type: 'location', payload: { coordinates: { lat: 1, long: 2 } } },
          { type: 'file', payload: { url: 'https://cdn.test/b.pdf' }, title: 'b' },
        ],
      },
    },
  ]);
  await drain();
  expect(bench.seen.wakes).toBe(1);
  expect(bench.seen.files).toMatchObject([
    { gatewayId: 'gw_test', position: 0, kind: 'image', url: 'https://scontent.test/a.jpg' },
    { position: 2, kind: 'file', url: 'https://cdn.test/b.pdf', title: 'b' },
  ]);
});

test('what a customer takes back loses its files, too, whichever comes first', async () => {
  const carrying = (mid: string) => ({
    ...textFrom('9001', ''),
    message: { mid, attachments: [{ type: 'image', payload: { url: 'https://x.test/a.jpg' } }] },
  });
  const takenBack = (mid: string) => ({
    ...textFrom('9001', ''),
    message: { mid, is_deleted: true },
  });
  await bench.deliver([takenBack('m_early')]);
  await drain();
  await bench.deliver([carrying('m_early'), carrying('m_late')]);
  await drain();
  expect(bench.seen.files).toHaveLength(1);
  await bench.deliver([takenBack('m_late')]);
  await drain();
  const erased = bench.seen.erased.flatMap(({ messageIds }) => messageIds);
  expect(erased).toEqual([bench.seen.files[0]?.messageId]);
});
