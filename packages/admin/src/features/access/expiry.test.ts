import { expect, test } from 'vitest';
import { dayOf, expiryOf } from './expiry.ts';

const now = new Date(2026, 10, 25, 14, 30).getTime();

test('a key lives for the days that were chosen, or for ever', () => {
  expect(expiryOf({ lifetime: '30', day: '', now })).toBe(now + 30 * 86_400_000);
  expect(expiryOf({ lifetime: '', day: '2026-12-01', now })).toBeNull();
});

test('the last day counts to its end, at the end of a year, too', () => {
  const ends = (day: string) => expiryOf({ lifetime: 'date', day, now });
  expect(ends('2026-11-25')).toBe(new Date(2026, 10, 26).getTime());
  expect(ends('2026-12-31')).toBe(new Date(2027, 0, 1).getTime());
});

test('today is written as a date field wants it', () => {
  expect(dayOf(now)).toBe('2026-11-25');
  expect(dayOf(new Date(2026, 0, 5).getTime())).toBe('2026-01-05');
});
