import { describe, expect, test } from 'vitest';
import { sampleAttempt } from '../../test-support/samples.ts';
import {
  CLOSED_AFTER_MS,
  type ConnectEvent,
  type ConnectState,
  HELP_AFTER_MS,
  initialConnect,
  needsHelp,
  pollEveryMs,
  reduceConnect,
  viewOf,
} from './attempt-state.ts';

const run = (...events: ConnectEvent[]) => events.reduce(reduceConnect, initialConnect);
const pressed: ConnectEvent = { type: 'pressed', where: 'window' };
const started: ConnectEvent = { type: 'started', attemptId: 'att_1', now: 1000 };
const closed = (now: number): ConnectEvent => ({ type: 'windowSeen', closed: true, now });
const read = (part: Parameters<typeof sampleAttempt>[0]): ConnectEvent => ({
  type: 'read',
  attempt: sampleAttempt(part),
});

function waiting(state: ConnectState): ConnectState & { kind: 'waiting' } {
  if (state.kind !== 'waiting') throw new Error(`it is ${state.kind}`);
  return state;
}

describe('the window', () => {
  test('that was blocked says so until the person tries again', () => {
    expect(run({ type: 'blocked' }).kind).toBe('blocked');
    expect(run({ type: 'blocked' }, { type: 'pressed', where: 'tab' })).toEqual({
      kind: 'starting',
      where: 'tab',
    });
  });

  test('that looks closed is believed only after five seconds', () => {
    const state = waiting(run(pressed, started, closed(2000), closed(6900)));
    expect(viewOf(state, 2000 + CLOSED_AFTER_MS - 1)).toBe('waiting');
    expect(viewOf(state, 2000 + CLOSED_AFTER_MS)).toBe('seems_closed');
  });

  test('that is there after all takes the doubt back', () => {
    const back: ConnectEvent = { type: 'windowSeen', closed: false, now: 4000 };
    const state = waiting(run(pressed, started, closed(2000), back));
    expect(viewOf(state, 60_000)).toBe('waiting');
  });

  test('is not called closed again while the person says they are still logging in', () => {
    const state = waiting(run(pressed, started, closed(2000), { type: 'stillLoggingIn' }));
    expect(viewOf(state, 60_000)).toBe('waiting');
  });

  test('does not matter once Facebook has come back', () => {
    const state = waiting(run(pressed, started, closed(2000), read({ returnedAt: 3000 })));
    expect(viewOf(state, 60_000)).toBe('reading');
    expect(needsHelp(state, 60_000)).toBe(false);
  });
});

describe('the attempt', () => {
  test('ends with its result, also long after the window seemed closed', () => {
    const state = run(pressed, started, closed(2000), read({ status: 'succeeded' }));
    expect(state).toMatchObject({ kind: 'ended', attempt: { status: 'succeeded' } });
  });

  test('is not ended by the result of another one', () => {
    const state = run(pressed, started, read({ id: 'att_other', status: 'succeeded' }));
    expect(state.kind).toBe('waiting');
  });

  test('that a newer press replaced is forgotten', () => {
    const again: ConnectEvent = { type: 'started', attemptId: 'att_2', now: 9000 };
    const state = waiting(run(pressed, started, closed(2000), pressed, again));
    expect(state).toMatchObject({ attemptId: 'att_2', closedAt: null, since: 9000 });
  });

  test('follows the window to another account', () => {
    const told: ConnectEvent = { type: 'told', attemptId: 'att_2', now: 9000 };
    const state = waiting(run(pressed, started, read({ status: 'succeeded' }), told));
    expect(state.attemptId).toBe('att_2');
    expect(viewOf(state, 9000)).toBe('waiting');
  });

  test('told again about itself stays as it is', () => {
    const told: ConnectEvent = { type: 'told', attemptId: 'att_1', now: 9000 };
    const ended = run(pressed, started, read({ status: 'cancelled' }));
    expect(reduceConnect(ended, told)).toBe(ended);
  });

  test('that could not begin says why, and only while it was beginning', () => {
    const error = new Error('no');
    expect(run(pressed, { type: 'refused', error })).toEqual({ kind: 'failed', error });
    expect(run(pressed, started, { type: 'refused', error }).kind).toBe('waiting');
  });
});

test('help with the error pages of Facebook is offered after 45 seconds', () => {
  const state = waiting(run(pressed, started));
  expect(needsHelp(state, 1000 + HELP_AFTER_MS - 1)).toBe(false);
  expect(needsHelp(state, 1000 + HELP_AFTER_MS)).toBe(true);
});

test('the server is asked only while waiting, and faster when the window cannot be trusted', () => {
  expect(pollEveryMs(initialConnect)).toBe(false);
  expect(pollEveryMs(run(pressed, started))).toBe(2000);
  expect(pollEveryMs(run(pressed, started, closed(2000)))).toBe(1000);
});
