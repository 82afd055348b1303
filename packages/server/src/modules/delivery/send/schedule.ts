import type { Random } from '../../../platform/random.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long after a failed try the next one comes: dense at first, because Messenger's reply window
 * makes late delivery worth less, and long enough to outlive a weekend. The first try is at once.
 */
export const RETRY_DELAYS_MS = [
  ...[1 * SECOND, 5 * SECOND, 30 * SECOND],
  ...[2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
] as const;
export const MAX_TRIES = RETRY_DELAYS_MS.length + 1;

/** The last try comes no earlier than this after the first, whatever the jitter took away. */
export const PERSISTENCE_MS = 76 * HOUR;
const JITTER = 0.2;
/** An endpoint may ask for more patience than the schedule has, but not silence a queue for days. */
const LONGEST_ASKED_MS = HOUR;

/**
 * When to try again after `tries` failures; undefined: give up. Spread by ±20 %, so that what failed
 * together does not come back together. `Retry-After` lengthens a pause, never shortens it.
 */
export function nextDelayMs(
  random: Random,
  failed: { tries: number; sinceFirstTryMs: number; retryAfterMs: number | undefined },
): number | undefined {
  const usual = RETRY_DELAYS_MS[failed.tries - 1];
  if (usual === undefined) {
    return undefined;
  }
  const delay = Math.round(usual * (1 - JITTER + 2 * JITTER * fraction(random)));
  const asked = askedPauseMs(failed.retryAfterMs);
  const isLast = failed.tries === RETRY_DELAYS_MS.length;
  // The first try may lie in the future: the clock was ahead then, and was set back since.
  const missing = isLast ? PERSISTENCE_MS - Math.max(0, failed.sinceFirstTryMs) : 0;
  return Math.max(delay, asked, missing);
}

/** `Retry-After` within our bounds; zero when it was not given. */
export function askedPauseMs(retryAfterMs: number | undefined): number {
  return Math.min(Math.max(retryAfterMs ?? 0, 0), LONGEST_ASKED_MS);
}

/** Reads `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3). */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(value.trim())) {
    return Number(value) * SECOND;
  }
  // Date.parse alone takes `-1` for a year.
  const at = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Between 0 and 1. */
function fraction(random: Random): number {
  return random.bytes(4).readUInt32BE() / 0xffff_ffff;
}
