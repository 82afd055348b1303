import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Random } from '../../../platform/random.ts';
import { partitionOf } from '../events/subject.ts';
import { pauseMs } from './pace.ts';
import {
  askedPauseMs,
  MAX_TRIES,
  nextDelayMs,
  PERSISTENCE_MS,
  RETRY_DELAYS_MS,
  readRetryAfter,
} from './schedule.ts';

const HOUR = 3_600_000;

/** Gives every fraction as often as it is asked for. */
const fractions = (...parts: number[]): Random => ({
  bytes(length) {
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32BE(Math.floor((parts.shift() ?? 0.5) * 0xffff_ffff));
    return bytes;
  },
});

/** When each try happens, in milliseconds after the first. */
function triesOf(random: Random): number[] {
  const at = [0];
  for (let tries = 1; ; tries += 1) {
    const sinceFirstTryMs = at.at(-1) ?? 0;
    const delay = nextDelayMs(random, { tries, sinceFirstTryMs, retryAfterMs: undefined });
    if (delay === undefined) {
      return at;
    }
    at.push(sinceFirstTryMs + delay);
  }
}

test('whatever the jitter, there are at least 12 tries over at least 76 hours, dense at first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12 }),
      (parts) => {
        const at = triesOf(fractions(...parts));
        expect(at.length).toBe(MAX_TRIES);
        expect(at.length).toBeGreaterThanOrEqual(12);
        expect(at.at(-1)).toBeGreaterThanOrEqual(PERSISTENCE_MS);
        expect(at.at(-1)).toBeLessThan(100 * HOUR);
        expect(at[4]).toBeLessThan(4 * 60_000);
        at.slice(1, -1).forEach((time, index) => {
          const delay = time - (at[index] ?? 0);
          const usual = RETRY_DELAYS_MS[index] ?? 0;
          expect(Math.abs(delay - usual)).toBeLessThanOrEqual(usual * 0.2 + 1);
        });
      },
    ),
  );
});

test('a clock that was a year ahead at the first try does not put off the last one by a year', () => {
  const last = { tries: RETRY_DELAYS_MS.length, retryAfterMs: undefined };
  expect(nextDelayMs(fractions(), { ...last, sinceFirstTryMs: -365 * 24 * HOUR })).toBe(
    PERSISTENCE_MS,
  );
});

test('Retry-After lengthens a pause, never shortens it, and never beyond an hour', () => {
  const delay = (tries: number, retryAfterMs: number) =>
    nextDelayMs(fractions(), { tries, sinceFirstTryMs: 0, retryAfterMs });
  expect(delay(1, 120_000)).toBe(120_000);
  expect(delay(1, 0)).toBe(1_000);
  expect(delay(1, 900 * HOUR)).toBe(HOUR);
  expect(delay(7, 1_000)).toBeGreaterThanOrEqual(2 * HOUR * 0.8);
  expect(askedPauseMs(-5)).toBe(0);
});

test.each([
  ['120', 120_000],
  [' 7 ', 7_000],
  ['Wed, 25 Nov 2026 04:00:10 GMT', 10_000],
  ['Wed, 25 Nov 2026 03:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['', undefined],
])('Retry-After "%s" means %s', (value, expected) => {
  expect(readRetryAfter(value, Date.parse('2026-11-25T04:00:00Z'))).toBe(expected);
});

test('pauses of a destination double, up to five minutes', () => {
  expect([1, 2, 3, 10].map(pauseMs)).toEqual([5_000, 10_000, 20_000, 300_000]);
});

test('a conversation keeps its partition; changing this breaks consumers', () => {
  expect(partitionOf('cv_019f1b3c-0000-7000-8000-000000000001')).toBe(
    partitionOf('cv_019f1b3c-0000-7000-8000-000000000001'),
  );
  const seen = new Set(Array.from({ length: 2_000 }, (_, index) => partitionOf(`cv_${index}`)));
  expect(seen.size).toBe(64);
  expect(partitionOf('cv_1')).toBe(32);
});
