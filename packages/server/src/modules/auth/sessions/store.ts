import type { Executor } from '../../../platform/db/index.ts';

/** better-auth's own columns: times as ISO text, save `lastSeenAt`, which is ours. */
type SessionRow = {
  id: string;
  userId: string;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: string;
  expiresAt: string;
  lastSeenAt: number | null;
};
type Tables = { auth_session: SessionRow; sign_in_challenge: { user_id: string } };

export type StoredSession = {
  readonly id: string;
  readonly address: string;
  readonly agent: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastSeenAt: number;
};

/** The living sessions of a person. */
export async function listSessions(
  db: Executor,
  { userId, now }: { userId: string; now: number },
): Promise<StoredSession[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('auth_session')
    .select(['id', 'ipAddress', 'userAgent', 'createdAt', 'expiresAt', 'lastSeenAt'])
    .where('userId', '=', userId)
    .where('expiresAt', '>', new Date(now).toISOString())
    .execute();
  return rows.map((row) => {
    const createdAt = Date.parse(row.createdAt);
    return {
      id: row.id,
      address: row.ipAddress ?? '',
      agent: row.userAgent ?? '',
      createdAt,
      expiresAt: Date.parse(row.expiresAt),
      lastSeenAt: row.lastSeenAt ?? createdAt,
    };
  });
}

/** Notes a use, unless one was noted after `notSince`. */
export async function noteSeen(
  tx: Executor,
  { id, now, notSince }: { id: string; now: number; notSince: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('auth_session')
    .set({ lastSeenAt: now })
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('lastSeenAt', 'is', null), eb('lastSeenAt', '<=', notSince)]))
    .execute();
}

/** Ends one session of a person; false when they have none with this id. */
export async function deleteSession(
  tx: Executor,
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const gone = await tx
    .withTables<Tables>()
    .deleteFrom('auth_session')
    .where('id', '=', id)
    .where('userId', '=', userId)
    .returning('id')
    .executeTakeFirst();
  return gone !== undefined;
}

/**
 * Ends the sessions of a person, all or all but one, and those that are half begun; gives how many
 * there were.
 */
export async function endSessions(
  tx: Executor,
  { userId, exceptId }: { userId: string; exceptId?: string | undefined },
): Promise<number> {
  const tables = tx.withTables<Tables>();
  await tables.deleteFrom('sign_in_challenge').where('user_id', '=', userId).execute();
  const ending = tables.deleteFrom('auth_session').where('userId', '=', userId);
  const ended = await (exceptId === undefined ? ending : ending.where('id', '!=', exceptId))
    .returning('id')
    .execute();
  return ended.length;
}
