import type { ConnectAttempt } from '@chatgate/contract';

/**
 * The log-in window as the tab sees it. The truth about an attempt is on the server; the window is
 * only a hint, because cross-origin-opener policies make `window.closed` lie.
 *
 *   idle → starting → waiting → ended
 *            │  └→ failed (the server refused to begin)
 *            └→ blocked (the browser gave no window) → starting (again, or in this tab)
 *
 * While waiting, `closedAt` says since when the window looks closed; a result that comes later is
 * still accepted, until another attempt takes its place.
 */
export type ConnectState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'starting'; readonly where: 'window' | 'tab' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | {
      readonly kind: 'waiting';
      readonly attemptId: string;
      readonly since: number;
      readonly closedAt: number | null;
      readonly stillLoggingIn: boolean;
      readonly returned: boolean;
    }
  | { readonly kind: 'ended'; readonly attempt: ConnectAttempt };

export type ConnectEvent =
  | { readonly type: 'pressed'; readonly where: 'window' | 'tab' }
  | { readonly type: 'blocked' }
  | { readonly type: 'started'; readonly attemptId: string; readonly now: number }
  | { readonly type: 'refused'; readonly error: unknown }
  | { readonly type: 'windowSeen'; readonly closed: boolean; readonly now: number }
  | { readonly type: 'stillLoggingIn' }
  | { readonly type: 'told'; readonly attemptId: string; readonly now: number }
  | { readonly type: 'read'; readonly attempt: ConnectAttempt }
  | { readonly type: 'dismissed' };

/** How long a window may look closed before we say so. */
export const CLOSED_AFTER_MS = 5000;
/** How long Facebook may take before we offer help with its error pages. */
export const HELP_AFTER_MS = 45_000;

export const initialConnect: ConnectState = { kind: 'idle' };

function waitingFor(attemptId: string, now: number): ConnectState {
  return {
    kind: 'waiting',
    attemptId,
    since: now,
    closedAt: null,
    stillLoggingIn: false,
    returned: false,
  };
}

export function reduceConnect(state: ConnectState, event: ConnectEvent): ConnectState {
  switch (event.type) {
    case 'pressed':
      return { kind: 'starting', where: event.where };
    case 'blocked':
      return { kind: 'blocked' };
    case 'started':
      return waitingFor(event.attemptId, event.now);
    case 'refused':
      return state.kind === 'starting' ? { kind: 'failed', error: event.error } : state;
    case 'windowSeen':
      return onWindowSeen(state, event);
    case 'stillLoggingIn':
      return state.kind === 'waiting' ? { ...state, stillLoggingIn: true } : state;
    case 'told':
      return onTold(state, event);
    case 'read':
      return onRead(state, event.attempt);
    case 'dismissed':
      return state.kind === 'starting' ? state : { kind: 'idle' };
  }
}

function onWindowSeen(
  state: ConnectState,
  { closed, now }: { closed: boolean; now: number },
): ConnectState {
  if (state.kind !== 'waiting') return state;
  if (!closed) return state.closedAt === null ? state : { ...state, closedAt: null };
  return state.closedAt === null ? { ...state, closedAt: now } : state;
}

/** The window says which attempt it holds now: *Use another account* begins a new one in there. */
function onTold(
  state: ConnectState,
  { attemptId, now }: { attemptId: string; now: number },
): ConnectState {
  if (state.kind === 'starting') return state;
  if (state.kind === 'waiting' && state.attemptId === attemptId) return state;
  if (state.kind === 'ended' && state.attempt.id === attemptId) return state;
  return waitingFor(attemptId, now);
}

function onRead(state: ConnectState, attempt: ConnectAttempt): ConnectState {
  if (state.kind !== 'waiting' || state.attemptId !== attempt.id) return state;
  if (attempt.status !== 'pending') return { kind: 'ended', attempt };
  const returned = attempt.returnedAt !== null;
  return returned === state.returned ? state : { ...state, returned };
}

export type WaitingView = 'waiting' | 'reading' | 'seems_closed';

/** What to say while waiting. Facebook coming back outweighs what the window seems to be. */
export function viewOf(state: ConnectState & { kind: 'waiting' }, now: number): WaitingView {
  if (state.returned) return 'reading';
  const closed = state.closedAt !== null && now - state.closedAt >= CLOSED_AFTER_MS;
  return closed && !state.stillLoggingIn ? 'seems_closed' : 'waiting';
}

export function needsHelp(state: ConnectState & { kind: 'waiting' }, now: number): boolean {
  return !state.returned && now - state.since >= HELP_AFTER_MS;
}

/** How often to ask the server: faster when the end is near or the window cannot be trusted. */
export function pollEveryMs(state: ConnectState): number | false {
  if (state.kind !== 'waiting') return false;
  return state.returned || state.closedAt !== null ? 1000 : 2000;
}
