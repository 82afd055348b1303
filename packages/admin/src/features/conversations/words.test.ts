import type { Message } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { sampleMessage } from '../../test-support/samples.ts';
import { wordsIn } from '../../test-support/words.ts';
import { contactName, previewWords, senderWords } from './contact-words.ts';
import { beginsDay, deliveryState } from './delivery-state.ts';

const nobody = { id: 'ct_1', name: null, pictureUrl: null };
const sender = (part: Partial<Message['sender']>): Message['sender'] => ({
  kind: 'chatgate',
  name: null,
  appId: null,
  ...part,
});

test('a name is never invented', async () => {
  const t = await wordsIn('en');
  expect(contactName(t, { ...nobody, profile: 'not_shared' })).toBe('Name not shared by Facebook');
  expect(contactName(t, { ...nobody, profile: 'pending' })).toBe('Reading the name…');
  expect(contactName(t, { ...nobody, name: 'Ann', profile: 'known' })).toBe('Ann');
});

test('an echo names its sender', async () => {
  const t = await wordsIn('en');
  expect(senderWords(t, sender({ name: 'Olena' }))).toBe('Chatgate, Olena');
  expect(senderWords(t, sender({ kind: 'page_inbox' }))).toBe('Meta Business Suite');
  expect(senderWords(t, sender({ kind: 'other_app', appId: '99' }))).toBe('Another app (99)');
  expect(senderWords(t, sender({ kind: 'contact' }))).toBeUndefined();
});

test('a preview without text says what came', async () => {
  const t = await wordsIn('en');
  expect(previewWords(t, { kind: 'image', text: null })).toBe('Picture');
  expect(previewWords(t, { kind: 'brand_new', text: null })).toBe('Unknown event');
});

test('ticks follow the watermarks, and only outgoing messages have them', () => {
  const out = sampleMessage({ direction: 'out', sentAt: 100 });
  expect(deliveryState(out, { deliveredUpTo: null, readUpTo: null })).toBe('sent');
  expect(deliveryState(out, { deliveredUpTo: 100, readUpTo: 99 })).toBe('delivered');
  expect(deliveryState(out, { deliveredUpTo: 100, readUpTo: 100 })).toBe('read');
  expect(deliveryState(sampleMessage(), { deliveredUpTo: 1, readUpTo: 1 })).toBeUndefined();
});

test('a new day begins with the first message and after midnight', () => {
  const morning = new Date(2026, 10, 22, 9).getTime();
  const evening = new Date(2026, 10, 22, 21).getTime();
  const next = new Date(2026, 10, 23, 1).getTime();
  expect(beginsDay(morning, undefined)).toBe(true);
  expect(beginsDay(evening, morning)).toBe(false);
  expect(beginsDay(next, evening)).toBe(true);
});
