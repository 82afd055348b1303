import { expect, test } from 'vitest';
import { decideWindow, tagOf, type WindowInput } from './decide-window.ts';

const WROTE_AT = 1_795_350_000_000;
const DAY_MS = 86_400_000;

const input = (more: Partial<WindowInput> = {}): WindowInput => ({
  now: WROTE_AT + 1,
  lastCustomerAt: WROTE_AT,
  sender: 'person',
  gateway: { enabled: true, humanAgent: true },
  access: 'ready',
  unreachableSince: null,
  ...more,
});

test.each([
  ['the first millisecond', 0, 'RESPONSE'],
  ['the last millisecond of 24 hours', DAY_MS - 1, 'RESPONSE'],
  ['the first millisecond after them', DAY_MS, 'HUMAN_AGENT'],
  ['the last millisecond of seven days', 7 * DAY_MS - 1, 'HUMAN_AGENT'],
  ['the first millisecond after those', 7 * DAY_MS, undefined],
])('a person may write in %s as told', (_name, after, tag) => {
  expect(tagOf(decideWindow(input({ now: WROTE_AT + after })))).toBe(tag);
});

test.each([
  ['a bot', { sender: 'bot' }, 'bots_may_not'],
  [
    'an app without the feature',
    { gateway: { enabled: true, humanAgent: false } },
    'app_lacks_feature',
  ],
] as const)('human agent is not for %s, whatever the time', (_name, more, humanAgent) => {
  for (const after of [DAY_MS, 3 * DAY_MS, 7 * DAY_MS]) {
    const window = decideWindow(input({ ...more, now: WROTE_AT + after }));
    expect(window).toMatchObject({ state: 'closed', reason: 'window_closed', humanAgent });
    expect(tagOf(window)).toBeUndefined();
  }
  expect(tagOf(decideWindow(input({ ...more, now: WROTE_AT + DAY_MS - 1 })))).toBe('RESPONSE');
});

test('after seven days even a person is told that it is too late', () => {
  const window = decideWindow(input({ now: WROTE_AT + 7 * DAY_MS }));
  expect(window).toMatchObject({ reason: 'window_closed', humanAgent: 'too_late' });
});

test('somebody who never wrote has no window', () => {
  expect(decideWindow(input({ lastCustomerAt: null }))).toMatchObject({
    state: 'closed',
    reason: 'never_wrote',
    closesAt: null,
  });
});

test.each([
  [{ gateway: undefined }, 'gateway_deleted'],
  [{ gateway: { enabled: false, humanAgent: true } }, 'gateway_off'],
  [{ access: 'page_removed' }, 'page_removed'],
  [{ access: 'needs_login' }, 'needs_login'],
  [{ access: 'no_messaging' }, 'no_messaging'],
  [{ unreachableSince: WROTE_AT }, 'recipient_unavailable'],
] as const)('%o closes an open window as %s', (more, reason) => {
  expect(decideWindow(input(more))).toMatchObject({ state: 'closed', reason });
});

test('somebody who wrote after they were out of reach can be reached again', () => {
  expect(decideWindow(input({ unreachableSince: WROTE_AT - 1 }))).toMatchObject({ state: 'open' });
});
