import type { Executor } from '../../../platform/db/index.ts';
import { type Count, NO_TRIES, OF_ACCOUNT, pauseOf } from './rules.ts';

export type Kind = 'account' | 'address' | 'browser' | 'second_factor';
export type Counted = { readonly kind: Kind; readonly key: string };

type Tables = {
  sign_in_tries: {
    kind: Kind;
    key: string;
    failures: number;
    last_at: number;
    paused_until: number;
  };
};

const toCount = (row: { failures: number; last_at: number; paused_until: number }): Count => ({
  failures: row.failures,
  lastAt: row.last_at,
  pausedUntil: row.paused_until,
});

/**
 * Reads a count so that nobody else reads it until the transaction ends; makes it where there is
 * none, because a row that does not exist cannot be locked. One statement: between two, somebody who
 * was right could delete the row.
 */
export async function lockCount(tx: Executor, { kind, key }: Counted): Promise<Count> {
  const { failures, lastAt, pausedUntil } = NO_TRIES;
  const row = await tx
    .withTables<Tables>()
    .insertInto('sign_in_tries')
    .values({ kind, key, failures, last_at: lastAt, paused_until: pausedUntil })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'key'])
        .doUpdateSet(({ ref }) => ({ failures: ref('sign_in_tries.failures') })),
    )
    .returning(['failures', 'last_at', 'paused_until'])
    .executeTakeFirstOrThrow();
  return toCount(row);
}

export async function writeCount(
  tx: Executor,
  { kind, key }: Counted,
  count: Count,
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('sign_in_tries')
    .set({ failures: count.failures, last_at: count.lastAt, paused_until: count.pausedUntil })
    .where('kind', '=', kind)
    .where('key', '=', key)
    .execute();
}

/** The count as it is; undefined when nothing was counted. */
export async function findCount(db: Executor, { kind, key }: Counted): Promise<Count | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('sign_in_tries')
    .select(['failures', 'last_at', 'paused_until'])
    .where('kind', '=', kind)
    .where('key', '=', key)
    .executeTakeFirst();
  return row && toCount(row);
}

/** Which of these, accounts or people who owe a code, let nobody try at the moment. */
export async function pausedKeys(
  db: Executor,
  { keys, now }: { keys: readonly string[]; now: number },
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) {
    return new Set();
  }
  const rows = await db
    .withTables<Tables>()
    .selectFrom('sign_in_tries')
    .select(['key', 'failures', 'last_at', 'paused_until'])
    .where('kind', 'in', ['account', 'second_factor'])
    .where('key', 'in', [...keys])
    .execute();
  const paused = rows.filter((row) => pauseOf(OF_ACCOUNT, toCount(row), now));
  return new Set(paused.map(({ key }) => key));
}

/** Takes one failure back that was none; what it paused goes on at once. */
export async function takeBack(tx: Executor, { kind, key }: Counted): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('sign_in_tries')
    .set(({ eb }) => ({ failures: eb('failures', '-', 1), paused_until: 0 }))
    .where('kind', '=', kind)
    .where('key', '=', key)
    .where('failures', '>', 0)
    .execute();
}

/** Begins anew. */
export async function forget(tx: Executor, { kind, key }: Counted): Promise<boolean> {
  const gone = await tx
    .withTables<Tables>()
    .deleteFrom('sign_in_tries')
    .where('kind', '=', kind)
    .where('key', '=', key)
    .returning('failures')
    .executeTakeFirst();
  return gone !== undefined;
}

/** Drops counts that mean nothing any more, so that guessing addresses does not fill the table. */
export async function forgetOld(
  tx: Executor,
  { kind, before }: { kind: Kind; before: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('sign_in_tries')
    .where('kind', '=', kind)
    .where('last_at', '<', before)
    .execute();
}
