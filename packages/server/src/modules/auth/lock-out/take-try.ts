import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { type Count, countFailure, OF_ACCOUNT, OF_ADDRESS, type Pause, pauseOf } from './rules.ts';
import {
  type Counted,
  forget,
  forgetOld,
  type Kind,
  lockCount,
  takeBack,
  writeCount,
} from './store.ts';

const RULES = {
  address: OF_ADDRESS,
  account: OF_ACCOUNT,
  browser: OF_ACCOUNT,
  second_factor: OF_ACCOUNT,
} as const satisfies Record<Kind, unknown>;

type TryDeps = Pick<AccessDeps, 'db' | 'clock'>;

/** A try that was let in; until `wasRight` it stands as a failure. */
export type Try = {
  /** The try was no failure: the account begins anew, the address gets this one try back. */
  readonly wasRight: () => Promise<void>;
};

/**
 * Lets a try in, or throws `sign_in_paused`. It is counted as a failure before anything is compared:
 * so tries at the same moment, on whichever replica, cannot be more than the rule lets through, and
 * a process that dies in between has counted.
 *
 * @param onCounted runs in the same transaction, for the audit log.
 */
export async function takeTry(
  deps: TryDeps,
  counted: readonly Counted[],
  onCounted: (tx: Executor, counted: Counted, count: Count) => Promise<void> = async () => {},
): Promise<Try> {
  const { db, clock } = deps;
  const now = clock.now();
  const pause = await db.transaction(async (tx) => {
    for (const { kind } of counted) {
      await forgetOld(tx, { kind, before: now - RULES[kind].forgottenAfterMs });
    }
    const counts: (readonly [Counted, Count])[] = [];
    for (const each of counted) {
      const count = await lockCount(tx, each);
      const found = pauseOf(RULES[each.kind], count, now);
      if (found) {
        return found;
      }
      counts.push([each, countFailure(RULES[each.kind], count, now)]);
    }
    for (const [each, count] of counts) {
      await writeCount(tx, each, count);
      await onCounted(tx, each, count);
    }
    return undefined;
  });
  if (pause) {
    throw refusalFor(pause, now);
  }
  return { wasRight: () => db.transaction((tx) => settleRight(tx, counted)) };
}

async function settleRight(tx: Executor, counted: readonly Counted[]): Promise<void> {
  for (const each of counted) {
    if (each.kind === 'address') {
      // Not forgotten: whoever guesses at others would sign in as themselves in between.
      await takeBack(tx, each);
    } else {
      await forget(tx, each);
    }
  }
}

function refusalFor({ until }: Pause, now: number): AppError {
  if (until === undefined) {
    return new AppError(
      'sign_in_paused',
      'Too many wrong tries. Only an administrator helps; after wrong passwords a new one by link, too.',
      { details: {} },
    );
  }
  const retryAfterSeconds = Math.ceil((until - now) / 1_000);
  return new AppError(
    'sign_in_paused',
    `Too many wrong tries. The next one is let in at ${new Date(until).toISOString()}.`,
    { details: { until, retryAfterSeconds } },
  );
}

/** Whether the count of this kind is at its end, so that waiting does not help. */
export function isExhausted(kind: Kind, count: Count | undefined, now: number): boolean {
  const pause = count && pauseOf(RULES[kind], count, now);
  return pause !== undefined && pause.until === undefined;
}
