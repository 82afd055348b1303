import type { Executor } from '../../../platform/db/index.ts';

export type InvitationRow = {
  id: string;
  hash: string;
  email: string;
  name: string;
  role: string;
  state: 'open' | 'accepted' | 'revoked';
  /** The person whose rights bound it; null when it was made with a key of the command line. */
  invited_by: string | null;
  invited_by_name: string;
  created_at: number;
  sent_at: number;
  expires_at: number;
  ended_at: number | null;
};

type Tables = { invitation: InvitationRow };

export async function insertInvitation(tx: Executor, row: InvitationRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('invitation').values(row).execute();
}

/** Those not yet accepted or revoked, too old ones included, the newest first. */
export async function listOpenInvitations(db: Executor): Promise<InvitationRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('invitation')
    .selectAll()
    .where('state', '=', 'open')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function findOpenInvitation(
  db: Executor,
  by: { id: string } | { email: string },
): Promise<InvitationRow | undefined> {
  const open = db
    .withTables<Tables>()
    .selectFrom('invitation')
    .selectAll()
    .where('state', '=', 'open');
  return (
    'id' in by ? open.where('id', '=', by.id) : open.where('email', '=', by.email)
  ).executeTakeFirst();
}

/** The one a link belongs to, while the link works. */
export async function findInvitationByLink(
  db: Executor,
  { hash, now }: { hash: string; now: number },
): Promise<InvitationRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('invitation')
    .selectAll()
    .where('hash', '=', hash)
    .where('state', '=', 'open')
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** A new secret in place of the old one, which stops working. */
export async function renewInvitation(
  tx: Executor,
  {
    id,
    now,
    expiresAt,
    ...values
  }: Pick<InvitationRow, 'id' | 'hash' | 'invited_by' | 'invited_by_name'> & {
    now: number;
    expiresAt: number;
  },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('invitation')
    .set({ ...values, sent_at: now, expires_at: expiresAt })
    .where('id', '=', id)
    .execute();
}

/** Ends an open invitation; the caller has just read it under the lock of `changeAccess`. */
export async function endInvitation(
  tx: Executor,
  { id, state, now }: { id: string; state: 'accepted' | 'revoked'; now: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('invitation')
    .set({ state, ended_at: now })
    .where('id', '=', id)
    .execute();
}
