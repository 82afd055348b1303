import { expect, test } from 'vitest';
import { countFailure, NO_TRIES, OF_ACCOUNT, OF_ADDRESS, pauseOf } from './rules.ts';

const START = 1_795_000_000_000;

/** The pauses in seconds after each of so many wrong tries, each made as soon as it is let in. */
function pauses(rule: typeof OF_ACCOUNT, tries: number): (number | undefined)[] {
  let count = NO_TRIES;
  let now = START;
  return Array.from({ length: tries }, () => {
    count = countFailure(rule, count, now);
    const pause = pauseOf(rule, count, now);
    const seconds = pause === undefined ? 0 : pause.until && (pause.until - now) / 1_000;
    now = Math.max(now, pause?.until ?? now);
    return seconds;
  });
}

test('five tries are free, then the pause doubles from 30 seconds to an hour', () => {
  expect(pauses(OF_ACCOUNT, 13)).toEqual([
    0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600,
  ]);
});

test('tries that are free pause nobody, not even a replica whose clock is behind', () => {
  const count = countFailure(OF_ACCOUNT, NO_TRIES, START);
  expect(pauseOf(OF_ACCOUNT, count, START - 1_000)).toBeUndefined();
});

test('the hundredth wrong try in a row ends it: waiting does not help', () => {
  const all = pauses(OF_ACCOUNT, 100);
  expect(all.slice(-2)).toEqual([3_600, undefined]);
});

test('an address has more tries, and never stays shut', () => {
  const all = pauses(OF_ADDRESS, 200);
  expect(all.slice(0, 21)).toEqual([...Array(19).fill(0), 30, 60]);
  expect(all.at(-1)).toBe(900);
});

test('a count that nothing was added to for long begins anew', () => {
  const old = { failures: 99, lastAt: START, pausedUntil: START };
  expect(countFailure(OF_ACCOUNT, old, START + OF_ACCOUNT.forgottenAfterMs).failures).toBe(1);
  expect(countFailure(OF_ACCOUNT, old, START + OF_ACCOUNT.forgottenAfterMs - 1).failures).toBe(100);
});
