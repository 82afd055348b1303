import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import type { AttemptRow, DataDeletionRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export async function insertDeletion(tx: Executor, row: DataDeletionRow): Promise<void> {
  await tables(tx).insertInto('data_deletion').values(row).execute();
}

/** The same request, when it came before. */
export async function findDeletion(
  db: Executor,
  request: { gatewayId: string; personHash: string; issuedAt: number },
): Promise<DataDeletionRow | undefined> {
  return tables(db)
    .selectFrom('data_deletion')
    .selectAll()
    .where('gateway_id', '=', request.gatewayId)
    .where('person_hash', '=', request.personHash)
    .where('issued_at', '=', request.issuedAt)
    .executeTakeFirst();
}

export async function findDeletionByCode(
  db: Executor,
  { gatewayId, code }: { gatewayId: string; code: string },
): Promise<DataDeletionRow | undefined> {
  return tables(db)
    .selectFrom('data_deletion')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('code', '=', code)
    .executeTakeFirst();
}

export async function wasErasedSince(
  db: Executor,
  { gatewayId, personHash, since }: { gatewayId: string; personHash: string; since: number },
): Promise<boolean> {
  const row = await tables(db)
    .selectFrom('data_deletion')
    .select('code')
    .where('gateway_id', '=', gatewayId)
    .where('person_hash', '=', personHash)
    .where('received_at', '>=', since)
    .executeTakeFirst();
  return row !== undefined;
}

/** End its grants before. */
export async function deleteAccount(
  tx: Executor,
  { gatewayId, accountId }: { gatewayId: string; accountId: string },
): Promise<void> {
  await tables(tx)
    .deleteFrom('page_account')
    .where('gateway_id', '=', gatewayId)
    .where('account_id', '=', accountId)
    .execute();
}

/** Removed Pages that are still unsubscribed with a token of this account: the app's own is left. */
export async function dropUnsubscriptionTokens(
  tx: Executor,
  { gatewayId, accountId }: { gatewayId: string; accountId: string },
): Promise<void> {
  await tables(tx)
    .updateTable('page_unsubscription')
    .set({ token: null, account_id: null })
    .where('gateway_id', '=', gatewayId)
    .where('account_id', '=', accountId)
    .execute();
}

/** Links for connecting that were used under this name. */
export async function renameUserOfInvites(
  tx: Executor,
  { gatewayId, from, to }: { gatewayId: string; from: string; to: string },
): Promise<void> {
  await tables(tx)
    .updateTable('connect_invite')
    .set({ used_by: to })
    .where('gateway_id', '=', gatewayId)
    .where('used_by', '=', from)
    .execute();
}

type NamingAttempt = Pick<AttemptRow, 'id' | 'account' | 'result'>;

/** Log-ins whose stored result has one of these texts; what they mean there is the caller's to see. */
export async function findAttemptsNaming(
  db: Executor,
  { gatewayId, texts }: { gatewayId: string; texts: readonly string[] },
): Promise<NamingAttempt[]> {
  return tables(db)
    .selectFrom('connect_attempt')
    .select(['id', 'account', 'result'])
    .where('gateway_id', '=', gatewayId)
    .where((eb) =>
      eb.or(
        texts.flatMap((text) => [
          eb('account', 'like', containing(text)),
          eb('result', 'like', containing(text)),
        ]),
      ),
    )
    .execute();
}

const containing = (text: string): RawBuilder<string> =>
  sql`${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;

export async function rewriteAttempt(
  tx: Executor,
  { id, account, result }: NamingAttempt,
): Promise<void> {
  await tables(tx)
    .updateTable('connect_attempt')
    .set({ account, result })
    .where('id', '=', id)
    .execute();
}
