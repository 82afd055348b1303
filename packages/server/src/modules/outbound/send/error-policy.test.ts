import { expect, test } from 'vitest';
import { MetaError, type UnreachableReason } from '../../graph/index.ts';
import { refusal } from '../../graph/test-support/refusal.ts';
import { breatherOf, judge, type Verdict } from './error-policy.ts';

/** Rows of Meta's error table, as far as they concern sending: code/subcode → what becomes of it. */
const ROWS: [string, string][] = [
  ['1', 'retry'],
  ['1/99', 'retry'],
  ['1/1357046', 'unknown'],
  ['1/2018382', 'failed refused'],
  ['2', 'retry'],
  ['3', 'failed not_permitted'],
  ['4', 'pause app'],
  ['4/2018022', 'pause app'],
  ['4/2018354', 'failed refused'],
  ['9/2018352', 'pause page'],
  ['10', 'failed not_permitted'],
  ['10/2018278', 'failed window_closed'],
  ['10/2018065', 'failed window_closed'],
  ['10/2018108', 'failed recipient_unavailable'],
  ['10/1893063', 'pause page'],
  ['10/2018336', 'failed refused'],
  ['17', 'pause app'],
  ['32', 'pause page'],
  ['80001', 'pause page'],
  ['80006', 'pause page'],
  ['100', 'failed refused'],
  ['100/33', 'failed not_permitted'],
  ['100/2018001', 'failed recipient_unavailable unreachable'],
  ['100/2018008', 'retry'],
  ['100/2018294', 'retry'],
  ['100/2018047', 'failed attachment_refused'],
  ['100/2018109', 'failed attachment_refused'],
  ['100/2018074', 'failed attachment_refused'],
  ['102', 'token_refused'],
  ...['458', '459', '460', '463', '464', '467', '490', '492'].map((sub): [string, string] => [
    `190/${sub}`,
    'token_refused',
  ]),
  ['190', 'token_refused'],
  ['200', 'failed not_permitted'],
  ['200/1545041', 'failed recipient_unavailable unreachable'],
  ['200/2018028', 'failed not_permitted'],
  ['341', 'pause app'],
  ['368', 'pause page'],
  ['415', 'token_refused'],
  ['551', 'failed recipient_unavailable unreachable'],
  ['551/1545041', 'failed recipient_unavailable unreachable'],
  ['613', 'pause page'],
  ['613/1996', 'pause page'],
  ['613/2018338', 'pause page'],
  ['613/1893016', 'failed refused'],
  ['1200', 'retry'],
  ['2022', 'pause page'],
  ['100/2018300', 'failed other_app_owns_thread'],
  ['100/2018321', 'retry'],
  ['4711', 'failed refused'],
];

function words(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pause':
      return `pause ${verdict.scope}`;
    case 'failed':
      return `failed ${verdict.code}${verdict.isUnreachable ? ' unreachable' : ''}`;
    default:
      return verdict.kind;
  }
}

test.each(ROWS)('error %s means %s', (key, expected) => {
  expect(words(judge(refusal(key), 1))).toBe(expected);
});

test('what passes by itself is tried six times, ever later, and then failed', () => {
  const waits = [1, 2, 3, 4, 5].map((attempts) => judge(refusal('1200'), attempts));
  expect(waits).toEqual(
    [1_000, 3_000, 10_000, 30_000, 60_000].map((afterMs) => ({ kind: 'retry', afterMs })),
  );
  expect(words(judge(refusal('1200'), 6))).toBe('failed temporary');
});

test('a file that could not be fetched, and 1/99, are worth one more try', () => {
  expect(words(judge(refusal('100/2018008'), 2))).toBe('failed attachment_refused');
  expect(words(judge(refusal('1/99'), 2))).toBe('failed refused');
});

const silent = (reason: UnreachableReason, neverLeft = false) =>
  new MetaError('silence', { kind: 'unreachable', cls: 'retry', reason, neverLeft });

test('a call that may have arrived is never made again by itself', () => {
  for (const reason of ['timeout', 'nonsense', 'too_large', 'connection', 'stopping'] as const) {
    expect(judge(silent(reason), 1)).toEqual({ kind: 'unknown' });
  }
});

test('a call that found nobody to take it is made again, however often', () => {
  for (const reason of ['timeout', 'connection', 'stopping'] as const) {
    expect(judge(silent(reason, true), 1)).toEqual({ kind: 'retry', afterMs: 1_000 });
    expect(judge(silent(reason, true), 40)).toEqual({ kind: 'retry', afterMs: 60_000 });
  }
});

test('usage headers slow a Page down before Meta stops it', () => {
  expect(breatherOf(undefined)).toBe(0);
  expect(breatherOf({ percent: 94, regainMinutes: 0 })).toBe(0);
  expect(breatherOf({ percent: 95, regainMinutes: 0 })).toBe(10_000);
  expect(breatherOf({ percent: 100, regainMinutes: 7 })).toBe(420_000);
  expect(breatherOf({ percent: 100, regainMinutes: 600 })).toBe(3_600_000);
});
