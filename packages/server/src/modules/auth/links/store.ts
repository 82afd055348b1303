import type { Executor } from '../../../platform/db/index.ts';

type Tables = {
  one_time_link: {
    hash: string;
    purpose: string;
    subject_id: string | null;
    created_at: number;
    expires_at: number;
    spent_at: number | null;
  };
};

export type LinkPurpose = 'set_up' | 'password_reset';

export async function insertLink(
  tx: Executor,
  link: {
    hash: string;
    purpose: LinkPurpose;
    subjectId: string | null;
    createdAt: number;
    expiresAt: number;
  },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('one_time_link')
    .values({
      hash: link.hash,
      purpose: link.purpose,
      subject_id: link.subjectId,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
      spent_at: null,
    })
    .execute();
}

/** A link that still works; nothing is spent by looking. */
export async function findLink(
  db: Executor,
  { hash, purpose, now }: { hash: string; purpose: LinkPurpose; now: number },
): Promise<{ subject_id: string | null; expires_at: number } | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('one_time_link')
    .select(['subject_id', 'expires_at'])
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Spends a link for its purpose; undefined when it is unknown, too old or spent already. */
export async function spendLink(
  tx: Executor,
  { hash, purpose, now }: { hash: string; purpose: LinkPurpose; now: number },
): Promise<{ subject_id: string | null } | undefined> {
  return tx
    .withTables<Tables>()
    .updateTable('one_time_link')
    .set({ spent_at: now })
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('subject_id')
    .executeTakeFirst();
}

/** When the newest link of a person was made; undefined when there is none. */
export async function newestLinkAt(
  db: Executor,
  { subjectId, purpose }: { subjectId: string; purpose: LinkPurpose },
): Promise<number | undefined> {
  const newest = await db
    .withTables<Tables>()
    .selectFrom('one_time_link')
    .select('created_at')
    .where('subject_id', '=', subjectId)
    .where('purpose', '=', purpose)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.created_at;
}

/** Ends every link about a person: a newer one takes their place, or the person is gone. */
export async function deleteLinks(
  tx: Executor,
  { subjectId }: { subjectId: string },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('one_time_link')
    .where('subject_id', '=', subjectId)
    .execute();
}
