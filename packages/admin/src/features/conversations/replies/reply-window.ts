import type { ReplyWindow } from '@chatgate/contract';
import { unitIn } from '../../../shared/format.ts';

/** How the reply box stands at a moment; the window may close while somebody looks. */
export type BoxState =
  | { readonly kind: 'open'; readonly leftMs: number }
  | { readonly kind: 'human_agent'; readonly until: number }
  | { readonly kind: 'closed' }
  /** The time is over, but what holds now only the server can say. */
  | { readonly kind: 'outdated' };

/** `now` by the server's clock. */
export function boxStateOf(window: ReplyWindow, now: number): BoxState {
  const { state, closesAt, humanAgentUntil } = window;
  if (state === 'open' && closesAt !== null) {
    const leftMs = closesAt - now;
    return leftMs > 0 ? { kind: 'open', leftMs } : { kind: 'outdated' };
  }
  if (state === 'human_agent' && humanAgentUntil !== null) {
    const isOver = humanAgentUntil <= now;
    return isOver ? { kind: 'outdated' } : { kind: 'human_agent', until: humanAgentUntil };
  }
  return { kind: 'closed' };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** "23 h 12 min", and to the second in the last ten minutes. */
export function timeLeftWords(language: string, leftMs: number): string {
  const whole = Math.max(0, leftMs);
  const hours = Math.floor(whole / HOUR_MS);
  const minutes = Math.floor((whole % HOUR_MS) / MINUTE_MS);
  const seconds = Math.floor((whole % MINUTE_MS) / SECOND_MS);
  const unit = (value: number, name: 'hour' | 'minute' | 'second') => unitIn(language, value, name);
  if (hours > 0) {
    return `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`;
  }
  return whole >= 10 * MINUTE_MS
    ? unit(minutes, 'minute')
    : `${unit(minutes, 'minute')} ${unit(seconds, 'second')}`;
}
