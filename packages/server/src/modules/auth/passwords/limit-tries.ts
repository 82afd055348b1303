import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { countTry, forgetTries } from './store.ts';

const WINDOW_MS = 60_000;
/** Of a person who types: they need three. */
const TRIES = 10;

/** Refuses more than `perMinute` tries, counted in the database: replicas count together. */
export async function limitTries(
  { db, clock }: Pick<AccessDeps, 'db' | 'clock'>,
  key: string,
  perMinute = TRIES,
): Promise<void> {
  const now = clock.now();
  const { count, beganAt } = await db.transaction(async (tx) => {
    await forgetTries(tx, { endedBefore: now - 10 * WINDOW_MS });
    return countTry(tx, { key, now, windowMs: WINDOW_MS });
  });
  if (count > perMinute) {
    throw new AppError('rate_limited', 'Too many tries. Wait a minute.', {
      details: { retryAfterSeconds: Math.ceil((beganAt + WINDOW_MS - now) / 1_000) },
    });
  }
}
