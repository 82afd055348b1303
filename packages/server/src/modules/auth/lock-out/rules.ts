const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How many wrong tries in a row are let through, and how long the next one then waits. */
export type Rule = {
  readonly freeTries: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** After so many nobody is let in until somebody lifts it; undefined: never so. */
  readonly lastTry?: number;
  /** After so long without a try the count begins anew. */
  readonly forgottenAfterMs: number;
};

/**
 * NIST SP 800-63B, 5.2.2: waits that grow "e.g., 30 seconds up to an hour", and no more than 100
 * failures in a row on one account. Five are free, because people mistype (OWASP ASVS 5.0, 6.3.1).
 */
export const OF_ACCOUNT: Rule = {
  freeTries: 5,
  firstPauseMs: 30_000,
  longestPauseMs: HOUR_MS,
  lastTry: 100,
  forgottenAfterMs: 30 * DAY_MS,
};

/**
 * Against one password tried on many accounts. An office behind one address mistypes more often than
 * one person, and must not be shut out for long by a colleague; so more is free, and it heals.
 */
export const OF_ADDRESS: Rule = {
  freeTries: 20,
  firstPauseMs: 30_000,
  longestPauseMs: 15 * MINUTE_MS,
  forgottenAfterMs: HOUR_MS,
};

export type Count = {
  readonly failures: number;
  readonly lastAt: number;
  readonly pausedUntil: number;
};

export const NO_TRIES: Count = { failures: 0, lastAt: 0, pausedUntil: 0 };

/** `until` is undefined where waiting does not help. */
export type Pause = { readonly until: number | undefined };

/** The pause that is on; undefined when a try is let in. */
export function pauseOf(rule: Rule, count: Count, now: number): Pause | undefined {
  if (rule.lastTry !== undefined && count.failures >= rule.lastTry) {
    return { until: undefined };
  }
  return count.pausedUntil > now ? { until: count.pausedUntil } : undefined;
}

/** One failure more, and the pause that follows it: the first one, then twice as long each time. */
export function countFailure(rule: Rule, count: Count, now: number): Count {
  const isForgotten = count.lastAt <= now - rule.forgottenAfterMs;
  const failures = isForgotten ? 1 : count.failures + 1;
  const doublings = failures - rule.freeTries;
  const pauseMs = Math.min(rule.firstPauseMs * 2 ** doublings, rule.longestPauseMs);
  // Zero, not now: to a replica whose clock is behind, now is later.
  return { failures, lastAt: now, pausedUntil: doublings < 0 ? 0 : now + pauseMs };
}

/** A pause begins, or becomes one that waiting does not end: what the audit log tells. */
export function isTurningPoint(rule: Rule, count: Count): boolean {
  return count.failures === rule.freeTries || count.failures === rule.lastTry;
}
