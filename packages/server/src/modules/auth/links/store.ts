import type { Executor } from '../../../platform/db/index.ts';

type Tables = {
  one_time_link: {
    hash: string;
    purpose: string;
    created_at: number;
    expires_at: number;
    spent_at: number | null;
  };
};

export async function insertLink(
  tx: Executor,
  link: { hash: string; purpose: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('one_time_link')
    .values({
      hash: link.hash,
      purpose: link.purpose,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
      spent_at: null,
    })
    .execute();
}

/** Spends a link for its purpose; false when it is unknown, too old or spent already. */
export async function spendLink(
  tx: Executor,
  { hash, purpose, now }: { hash: string; purpose: string; now: number },
): Promise<boolean> {
  const spent = await tx
    .withTables<Tables>()
    .updateTable('one_time_link')
    .set({ spent_at: now })
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('hash')
    .executeTakeFirst();
  return spent !== undefined;
}

/** Gives a link back whose use failed, so that a typing mistake does not lock anybody out. */
export async function unspendLink(tx: Executor, { hash }: { hash: string }): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('one_time_link')
    .set({ spent_at: null })
    .where('hash', '=', hash)
    .execute();
}
