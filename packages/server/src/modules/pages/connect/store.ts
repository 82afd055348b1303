import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import { inChunks } from '../store.ts';
import type { AccountRow, AttemptRow, GrantRow, PageRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export async function insertAttempt(tx: Executor, row: AttemptRow): Promise<void> {
  await tables(tx).insertInto('connect_attempt').values(row).execute();
}

export async function findAttempt(
  db: Executor,
  { gatewayId, id }: { gatewayId: string; id: string },
): Promise<AttemptRow | undefined> {
  return tables(db)
    .selectFrom('connect_attempt')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findAttemptByState(
  db: Executor,
  stateHash: string,
): Promise<AttemptRow | undefined> {
  return tables(db)
    .selectFrom('connect_attempt')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .executeTakeFirst();
}

/** Ends the attempts that this actor left open: the new one takes their place. */
export async function supersedeAttempts(
  tx: Executor,
  { gatewayId, actorId, at }: { gatewayId: string; actorId: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('connect_attempt')
    .set({ status: 'failed', error_code: 'superseded', finished_at: at })
    .where('gateway_id', '=', gatewayId)
    .where('actor_id', '=', actorId)
    .where('status', '=', 'pending')
    .where('returned_at', 'is', null)
    .execute();
}

/** Only the first opening of an attempt gets true. */
export async function openAttempt(
  tx: Executor,
  open: { id: string; stateHash: string; cookieHash: string; at: number },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('connect_attempt')
    .set({ state_hash: open.stateHash, cookie_hash: open.cookieHash, opened_at: open.at })
    .where('id', '=', open.id)
    .where('status', '=', 'pending')
    .where('opened_at', 'is', null)
    .where('expires_at', '>', open.at)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Only the first return from Facebook gets true. */
export async function takeReturn(
  tx: Executor,
  { id, at }: { id: string; at: number },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('connect_attempt')
    .set({ returned_at: at })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('returned_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export type Ending = Pick<
  AttemptRow,
  'status' | 'finished_at' | 'account' | 'result' | 'error_code' | 'error_problem'
>;

/** False when the attempt ended meanwhile: interrupted, or its gateway was deleted. */
export async function finishAttempt(tx: Executor, id: string, ending: Ending): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('connect_attempt')
    .set(ending)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends attempts that nobody will finish; gives those that ended. */
export async function endStaleAttempts(
  tx: Executor,
  { now, interruptedBefore }: { now: number; interruptedBefore: number },
): Promise<Pick<AttemptRow, 'id' | 'gateway_id' | 'status'>[]> {
  const interrupted = await tables(tx)
    .updateTable('connect_attempt')
    .set({ status: 'failed', error_code: 'interrupted', finished_at: now })
    .where('status', '=', 'pending')
    .where('returned_at', '<', interruptedBefore)
    .returning(['id', 'gateway_id', 'status'])
    .execute();
  const expired = await tables(tx)
    .updateTable('connect_attempt')
    .set({ status: 'expired', error_code: 'expired', finished_at: now })
    .where('status', '=', 'pending')
    .where('returned_at', 'is', null)
    .where('expires_at', '<=', now)
    .returning(['id', 'gateway_id', 'status'])
    .execute();
  return [...interrupted, ...expired];
}

/** Forgets at most `limit` attempts that ended before this time; gives how many. */
export async function deleteOldAttempts(
  tx: Executor,
  { endedBefore, limit }: { endedBefore: number; limit: number },
): Promise<number> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('connect_attempt')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('connect_attempt')
        .select('id')
        .where('finished_at', '<', endedBefore)
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

export async function endAttemptsOfGateway(
  tx: Executor,
  { gatewayId, at }: { gatewayId: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('connect_attempt')
    .set({ status: 'failed', error_code: 'gateway_gone', finished_at: at })
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'pending')
    .execute();
}

/** The account as the log-in showed it; an older reading does not overwrite a newer one's time. */
export async function saveAccount(tx: Executor, row: AccountRow): Promise<void> {
  await tables(tx)
    .insertInto('page_account')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['gateway_id', 'account_id']).doUpdateSet({
        kind: row.kind,
        name: row.name,
        sort_name: row.sort_name,
        picture_url: row.picture_url,
        user_token: row.user_token,
        token_expires_at: row.token_expires_at,
        data_access_expires_at: row.data_access_expires_at,
        logged_in_at: row.logged_in_at,
        reads_began_at: sql`case when page_account.reads_began_at > ${row.reads_began_at} then page_account.reads_began_at else ${row.reads_began_at} end`,
      }),
    )
    .execute();
}

/** New Pages, and removed ones that come back as if they were new, their history kept. */
export async function addPages(tx: Executor, rows: readonly PageRow[]): Promise<void> {
  for (const some of inChunks(rows)) {
    await tables(tx)
      .insertInto('page')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['gateway_id', 'page_id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          sort_name: eb.ref('excluded.sort_name'),
          picture_url: eb.ref('excluded.picture_url'),
          link: eb.ref('excluded.link'),
          category: eb.ref('excluded.category'),
          wanted: eb.ref('excluded.wanted'),
          wanted_changed_at: eb.ref('excluded.wanted_changed_at'),
          wanted_changed_by: eb.ref('excluded.wanted_changed_by'),
          actual: eb.ref('excluded.actual'),
          fields: eb.ref('excluded.fields'),
          other_fields: eb.ref('excluded.other_fields'),
          actual_checked_at: eb.ref('excluded.actual_checked_at'),
          problem: null,
          receiving_problem: null,
          events_while_off: 0,
          version: eb('page.version', '+', 1),
          added_at: eb.ref('excluded.added_at'),
          updated_at: eb.ref('excluded.updated_at'),
          unsubscribed_at: null,
          removed_at: null,
          at_meta: 'published',
          merged_into: null,
          repair_attempts: 0,
          repair_next_at: eb.ref('excluded.repair_next_at'),
        })),
      )
      .execute();
  }
}

/** Makes these grants the active ones of their Pages; call `clearActive` before. */
export async function saveGrants(tx: Executor, rows: readonly GrantRow[]): Promise<void> {
  for (const some of inChunks(rows)) {
    await tables(tx)
      .insertInto('page_grant')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['gateway_id', 'page_id', 'account_id']).doUpdateSet((eb) => ({
          token: eb.ref('excluded.token'),
          token_state: eb.ref('excluded.token_state'),
          token_problem: null,
          expires_at: eb.ref('excluded.expires_at'),
          checked_at: eb.ref('excluded.checked_at'),
          tasks: eb.ref('excluded.tasks'),
          scopes: eb.ref('excluded.scopes'),
          active: 1,
          granted_at: eb.ref('excluded.granted_at'),
        })),
      )
      .execute();
  }
}
