import { sql } from 'kysely';
import type { Executor } from './database.ts';

type Tables = {
  lease: { name: string; token: string; expires_at: number };
};

/** Above what clocks that run apart a little can make of a lease. */
const IMPOSSIBLE_FACTOR = 10;

/**
 * A lease says which process does a thing that only one may do, and always for the same time. The
 * holder renews it by taking it again with the same token. Nothing relies on clocks agreeing: work
 * done under a lease starts its transaction with `holdLease`, which fails when somebody else has
 * taken it meanwhile (fencing). That no clock holds a lease up for long is what `SharedTime` is for.
 */
export async function takeLease(
  tx: Executor,
  lease: { name: string; token: string; now: number; durationMs: number },
): Promise<boolean> {
  const { name, token, now, durationMs } = lease;
  const taken = await tx
    .withTables<Tables>()
    .insertInto('lease')
    .values({ name, token, expires_at: now + durationMs })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ token, expires_at: now + durationMs })
        .where((eb) =>
          eb.or([
            eb('lease.token', '=', token),
            eb('lease.expires_at', '<=', now),
            // Nobody takes one for so long: whoever did had a clock that has been set back since.
            eb('lease.expires_at', '>', now + IMPOSSIBLE_FACTOR * durationMs),
          ]),
        ),
    )
    .returning('name')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Locks the lease row until the transaction ends; false when the lease is not ours any more. */
export async function holdLease(
  tx: Executor,
  { name, token }: { name: string; token: string },
): Promise<boolean> {
  const held = await tx
    .withTables<Tables>()
    .updateTable('lease')
    .set({ token: sql`token` })
    .where('name', '=', name)
    .where('token', '=', token)
    .returning('name')
    .executeTakeFirst();
  return held !== undefined;
}

/** Gives the lease up early, so that another process need not wait for it to run out. */
export async function releaseLease(
  tx: Executor,
  { name, token }: { name: string; token: string },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('lease')
    .where('name', '=', name)
    .where('token', '=', token)
    .execute();
}
