import { expect, test } from 'vitest';
import { agoIn, untilIn } from './format.ts';

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
