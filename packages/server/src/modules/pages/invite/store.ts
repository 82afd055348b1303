import type { Executor } from '../../../platform/db/index.ts';
import type { AttemptRow, InviteRow, InviteSessionRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export async function insertInvite(tx: Executor, row: InviteRow): Promise<void> {
  await tables(tx).insertInto('connect_invite').values(row).execute();
}

/** The newest first. */
export async function listInvites(
  db: Executor,
  { gatewayId, before, limit }: { gatewayId: string; before: string | undefined; limit: number },
): Promise<InviteRow[]> {
  const query = tables(db)
    .selectFrom('connect_invite')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .orderBy('id', 'desc')
    .limit(limit);
  return (before === undefined ? query : query.where('id', '<', before)).execute();
}

export async function countInvites(db: Executor, gatewayId: string): Promise<number> {
  const { count } = await tables(db)
    .selectFrom('connect_invite')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function findInviteBySecret(
  db: Executor,
  secretHash: string,
): Promise<InviteRow | undefined> {
  return tables(db)
    .selectFrom('connect_invite')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .executeTakeFirst();
}

export async function findInvite(db: Executor, id: string): Promise<InviteRow | undefined> {
  return tables(db)
    .selectFrom('connect_invite')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Undefined when there is none, or it was revoked already. */
export async function revokeInvite(
  tx: Executor,
  revocation: { gatewayId: string; id: string; at: number; by: string },
): Promise<InviteRow | undefined> {
  return tables(tx)
    .updateTable('connect_invite')
    .set({ revoked_at: revocation.at, revoked_by: revocation.by })
    .where('gateway_id', '=', revocation.gatewayId)
    .where('id', '=', revocation.id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export async function revokeInvitesOfGateway(
  tx: Executor,
  { gatewayId, at, by }: { gatewayId: string; at: number; by: string },
): Promise<void> {
  await tables(tx)
    .updateTable('connect_invite')
    .set({ revoked_at: at, revoked_by: by })
    .where('gateway_id', '=', gatewayId)
    .where('revoked_at', 'is', null)
    .execute();
}

/**
 * The one place where an invite is spent: by the first browser that connects something. True for
 * that browser, again and again; false for every other, and after a revocation.
 */
export async function useInvite(
  tx: Executor,
  use: { id: string; sessionId: string; at: number; by: string; pages: number },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('connect_invite')
    .set((eb) => ({
      used_session: use.sessionId,
      used_at: eb.fn.coalesce('used_at', eb.val(use.at)),
      used_by: use.by,
      pages: use.pages,
    }))
    .where('id', '=', use.id)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('used_session', 'is', null), eb('used_session', '=', use.sessionId)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertSession(tx: Executor, row: InviteSessionRow): Promise<void> {
  await tables(tx).insertInto('connect_invite_session').values(row).execute();
  await tables(tx)
    .updateTable('connect_invite')
    .set({ opened_at: row.opened_at })
    .where('id', '=', row.invite_id)
    .where('opened_at', 'is', null)
    .execute();
}

export async function findSession(
  db: Executor,
  { cookieHash, now }: { cookieHash: string; now: number },
): Promise<InviteSessionRow | undefined> {
  return tables(db)
    .selectFrom('connect_invite_session')
    .selectAll()
    .where('cookie_hash', '=', cookieHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Sessions that ended before this time; the cookies of these open nothing any more. */
export async function deleteOldSessions(tx: Executor, before: number): Promise<void> {
  await tables(tx).deleteFrom('connect_invite_session').where('expires_at', '<', before).execute();
}

export async function findLatestAttempt(
  db: Executor,
  sessionId: string,
): Promise<AttemptRow | undefined> {
  return tables(db)
    .selectFrom('connect_attempt')
    .selectAll()
    .where('actor_id', '=', sessionId)
    .where('invite_id', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function findInvitedAttempt(
  db: Executor,
  { id, sessionId }: { id: string; sessionId: string },
): Promise<AttemptRow | undefined> {
  return tables(db)
    .selectFrom('connect_attempt')
    .selectAll()
    .where('id', '=', id)
    .where('actor_kind', '=', 'invite')
    .where('actor_id', '=', sessionId)
    .executeTakeFirst();
}

/** Ends the log-ins of an invite, also one that is being read right now: it will change nothing. */
export async function endAttemptsOfInvite(
  tx: Executor,
  { inviteId, at }: { inviteId: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('connect_attempt')
    .set({ status: 'failed', error_code: 'invite_ended', finished_at: at })
    .where('invite_id', '=', inviteId)
    .where('status', '=', 'pending')
    .execute();
}
