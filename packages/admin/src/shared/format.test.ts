import { expect, test } from 'vitest';
import { agoIn, localeOf, untilIn } from './format.ts';

test('a past time reads in the largest unit that fits', () => {
  expect(agoIn('en', 0, 2_500)).toBe('2 sec. ago');
  expect(agoIn('en', 0, 3_700_000)).toBe('1 hr. ago');
  expect(agoIn('uk', 0, 60_000)).toContain('хв');
});

test('a clock that runs ahead never makes a message come from the future', () => {
  expect(agoIn('en', 5_000, 0)).toBe('now');
});

test('a time to come is told in the largest unit that fits, and one that has passed is now', () => {
  expect(untilIn('en', 1_000_000 + 40_000, 1_000_000)).toBe('in 40 seconds');
  expect(untilIn('en', 1_000_000 + 90_000, 1_000_000)).toBe('in 2 minutes');
  expect(untilIn('en', 0, 1_000_000)).toBe('now');
});

test('English is that of the browser; other languages are as they are', () => {
  const at = new Date(2026, 10, 28, 18, 4);
  const date = (language: string, ...wanted: string[]) =>
    new Intl.DateTimeFormat(localeOf(language, wanted), { dateStyle: 'short' }).format(at);
  expect(date('en', 'en-GB', 'en-US', 'en')).toBe('28/11/2026');
  expect(date('en', 'uk-UA', 'en-AU')).toBe('28/11/26');
  expect(date('en', 'en-US', 'en-GB')).toBe('11/28/26');
  expect(localeOf('uk', ['en-GB', 'uk-UA'])).toBe('uk');
  // What Chromium says where the system has no language is no tag at all.
  expect(localeOf('en', ['en', 'de-AT', 'en-US@posix'])).toBe('en');
});
