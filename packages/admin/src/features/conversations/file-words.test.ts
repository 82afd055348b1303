import type { AttachmentFile } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import { reasonWords, sizeWords } from './file-words.ts';

const t = ((key: string, values?: { status?: string }) =>
  values?.status === undefined ? key : `${key} ${values.status}`) as unknown as TFunction;

const file = (state: AttachmentFile['state'], reason: string | null): AttachmentFile => ({
  ...{ id: 'att_1', state, reason, url: null, name: null, bytes: null },
  ...{ mediaType: null, shown: null, nextTryAt: null },
});

test.each([
  [file('too_large', 'too_large'), 'file.too_large'],
  [file('expired', 'http_403'), 'file.expired'],
  [file('blocked', 'address'), 'file.blocked'],
  [file('failed', 'http_404'), 'file.refused 404'],
  [file('pending', 'deadline'), 'file.unreachable'],
  [file('failed', 'web_page'), 'file.web_page'],
  [file('failed', 'something_new'), 'file.failed'],
  [file('failed', null), 'file.failed'],
])('every reason has words: %o', (given, words) => {
  expect(reasonWords(t, given)).toBe(words);
});

test('sizes are said in the unit that fits', () => {
  expect(sizeWords('en', 1)).toBe('1 byte');
  expect(sizeWords('en', 1_500)).toBe('1.5 kB');
  expect(sizeWords('en', 15_000)).toBe('15 kB');
  expect(sizeWords('en', 26_214_400)).toBe('25 MB');
  expect(sizeWords('uk', 1_572_864)).toContain('1,5');
});
