import type { ConnectAttempt } from '@chatgate/contract';

/** A log-in as it is shown: invited people do not learn who else holds a Page. */
export type ShownAttempt = Omit<ConnectAttempt, 'keptByOther'> & {
  readonly keptByOther: readonly {
    readonly id: string;
    readonly name: string;
    readonly other?: string;
  }[];
};

export type OutcomeHeading = 'allTitle' | 'someTitle' | 'noneTitle';

/** Which of the three headings a result has. */
export function headingOf(attempt: ShownAttempt): OutcomeHeading {
  const connected = attempt.added.length + attempt.kept.length;
  if (attempt.status !== 'succeeded' || connected === 0) return 'noneTitle';
  const whole =
    attempt.complete && attempt.notConnectable.length === 0 && attempt.declined.length === 0;
  return whole ? 'allTitle' : 'someTitle';
}

/** The catalogue key for an attempt that ended without a result; undefined where there is one. */
export function errorKeyOf(attempt: ShownAttempt) {
  if (attempt.status === 'succeeded' || attempt.status === 'pending') return undefined;
  if (attempt.error !== undefined) return attempt.error.code;
  if (attempt.status === 'cancelled' || attempt.status === 'expired') return attempt.status;
  return 'unknown';
}

/** Whether the person ticked nothing at all: said with what to do, not as an error. */
export function tickedNothing(attempt: ShownAttempt): boolean {
  return (
    attempt.status === 'succeeded' &&
    attempt.added.length + attempt.kept.length + attempt.notConnectable.length === 0 &&
    attempt.declined.length === 0
  );
}
