import type { ReplyFailureCode } from '@chatgate/contract';
import type { MetaError } from '../../graph/index.ts';

/** What becomes of a reply after a call that did not succeed. */
export type Verdict =
  /** Passes by itself; tried again after a while. */
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** Everything of the Page, or of the app, waits. */
  | { readonly kind: 'pause'; readonly scope: 'page' | 'app'; readonly forMs: number }
  /** The token is dead; another grant may still live. */
  | { readonly kind: 'token_refused' }
  | {
      readonly kind: 'failed';
      readonly code: ReplyFailureCode;
      /** The person is out of reach until they write again. */
      readonly isUnreachable: boolean;
    }
  /** It may have been sent: only Meta or a person can tell. */
  | { readonly kind: 'unknown' };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Pauses before the second to the sixth try. */
const RETRY_AFTER_MS = [1, 3, 10, 30, 60].map((seconds) => seconds * SECOND_MS);

/** Errors that pass less often than others of their class: how many more tries they are worth. */
const RETRIES: Readonly<Record<string, number>> = {
  '1/99': 1,
  '100/2018008': 1,
  '100/2018294': 1,
};

/** What a person is told, where it is more than the class of the error. */
const FAILURES: Readonly<Record<string, ReplyFailureCode>> = {
  '10/2018278': 'window_closed',
  '10/2018065': 'window_closed',
  '10/2534022': 'window_closed',
  '100/2018008': 'attachment_refused',
  '100/2018047': 'attachment_refused',
  '100/2018294': 'attachment_refused',
  '100/2018109': 'attachment_refused',
  '100/2018074': 'attachment_refused',
  '100/33': 'not_permitted',
};
const FAILURES_BY_SUBCODE: Readonly<Record<string, ReplyFailureCode>> = {
  '2018300': 'other_app_owns_thread',
};

/** Until the customer writes again; the others of their class may pass by themselves. */
const UNREACHABLE = new Set(['551', '551/1545041', '200/1545041', '1545041', '100/2018001']);

/** How long a limit or a block holds things up; doubled each time it comes again. */
const PAUSES: Readonly<Record<string, { scope: 'page' | 'app'; forMs: number }>> = {
  '4': { scope: 'app', forMs: MINUTE_MS },
  '17': { scope: 'app', forMs: MINUTE_MS },
  '341': { scope: 'app', forMs: MINUTE_MS },
  '368': { scope: 'page', forMs: 60 * MINUTE_MS },
  '10/1893063': { scope: 'page', forMs: 15 * MINUTE_MS },
  '613/2018338': { scope: 'page', forMs: 30 * MINUTE_MS },
};
const USUAL_PAUSE = { scope: 'page', forMs: MINUTE_MS } as const;
export const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/** Pure: `attempts` counts the call that failed. */
export function judge(error: MetaError, attempts: number): Verdict {
  if (error.kind === 'unreachable') {
    return judgeSilence(error, attempts);
  }
  const key = keyOf(error);
  const worth = RETRIES[key] ?? (error.cls === 'retry' ? RETRY_AFTER_MS.length : 0);
  const afterMs = attempts <= worth ? RETRY_AFTER_MS[attempts - 1] : undefined;
  if (afterMs !== undefined) {
    return { kind: 'retry', afterMs };
  }
  switch (error.cls) {
    case 'backoff':
      return { kind: 'pause', ...(PAUSES[key] ?? PAUSES[String(error.code)] ?? USUAL_PAUSE) };
    case 'auth':
      return { kind: 'token_refused' };
    case 'maybe_done':
      return { kind: 'unknown' };
    default:
      return { kind: 'failed', code: failureOf(error), isUnreachable: UNREACHABLE.has(key) };
  }
}

const keyOf = ({ code, subcode }: MetaError) =>
  subcode === undefined ? String(code) : `${code}/${subcode}`;

function failureOf(error: MetaError): ReplyFailureCode {
  const particular = FAILURES[keyOf(error)] ?? FAILURES_BY_SUBCODE[String(error.subcode)];
  if (particular) {
    return particular;
  }
  switch (error.cls) {
    case 'retry':
      return 'temporary';
    case 'recipient':
      return 'recipient_unavailable';
    case 'config':
      return 'not_permitted';
    default:
      return 'refused';
  }
}

/**
 * No answer that could be judged. Meta has no idempotency key, so only a call that certainly did
 * not leave may be made again. A redirect was not followed, and so did nothing.
 */
function judgeSilence(error: MetaError, attempts: number): Verdict {
  if (error.reason === 'redirect') {
    return { kind: 'failed', code: 'refused', isUnreachable: false };
  }
  if (!error.neverLeft) {
    return { kind: 'unknown' };
  }
  // Meta, or the way to it, is down: the reply waits as long as replies may wait.
  const afterMs = RETRY_AFTER_MS[Math.min(attempts, RETRY_AFTER_MS.length) - 1];
  return { kind: 'retry', afterMs: afterMs ?? MINUTE_MS };
}

/** How full Meta's meters may be before a Page is slowed down, and what is left between two calls. */
const FULL_PERCENT = 95;
const SLOW_MS = 10 * SECOND_MS;

/** What the usage headers of an answer ask for, in milliseconds. */
export function breatherOf(
  usage: { readonly percent: number; readonly regainMinutes: number } | undefined,
): number {
  if (usage === undefined) {
    return 0;
  }
  return usage.regainMinutes > 0
    ? Math.min(usage.regainMinutes * MINUTE_MS, LONGEST_PAUSE_MS)
    : usage.percent >= FULL_PERCENT
      ? SLOW_MS
      : 0;
}
