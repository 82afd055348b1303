import { expect, test } from 'vitest';
import { agoIn } from './format.ts';

test('a past time reads in the largest unit that fits', () => {
  expect(agoIn('en', 0, 2_500)).toBe('2 sec. ago');
  expect(agoIn('en', 0, 3_700_000)).toBe('1 hr. ago');
  expect(agoIn('uk', 0, 60_000)).toContain('хв');
});

test('a clock that runs ahead never makes a message come from the future', () => {
  expect(agoIn('en', 5_000, 0)).toBe('now');
});
