/** The SQL of accounts and of what each of them grants. */
import { sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';
import { jsonRows } from '../../platform/db/json-rows.ts';
import { inChunks } from './store.ts';
import type { AccountRow, GrantRow, Tables } from './tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export type GrantWithName = GrantRow & {
  account_name: string;
  account_kind: AccountRow['kind'];
};

/** The name where a reader cannot see what kind of account it is. */
export const shownName = ({
  account_name,
  account_kind,
}: Pick<GrantWithName, 'account_name' | 'account_kind'>) =>
  account_kind === 'system_user' ? `${account_name} (system user)` : account_name;

/** Grants of these Pages, the active one of each first, then the newest. */
export async function findGrants(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<GrantWithName[]> {
  const found: GrantWithName[] = [];
  for (const ids of inChunks(pageIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page_grant')
      .innerJoin('page_account', (join) =>
        join
          .onRef('page_account.gateway_id', '=', 'page_grant.gateway_id')
          .onRef('page_account.account_id', '=', 'page_grant.account_id'),
      )
      .selectAll('page_grant')
      .select(['page_account.name as account_name', 'page_account.kind as account_kind'])
      .where('page_grant.gateway_id', '=', gatewayId)
      .where('page_grant.page_id', 'in', ids)
      .orderBy('page_grant.active', 'desc')
      .orderBy('page_grant.granted_at', 'desc')
      .orderBy('page_grant.id')
      .execute();
    found.push(...rows);
  }
  return found;
}

export async function findPageIdsOfAccount(
  db: Executor,
  { gatewayId, accountId }: { gatewayId: string; accountId: string },
): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('page_grant')
    .select('page_id')
    .where('gateway_id', '=', gatewayId)
    .where('account_id', '=', accountId)
    .execute();
  return rows.map((row) => row.page_id);
}

export async function findAccount(
  db: Executor,
  { gatewayId, accountId }: { gatewayId: string; accountId: string },
): Promise<AccountRow | undefined> {
  return tables(db)
    .selectFrom('page_account')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
}

export async function findAccounts(
  db: Executor,
  { gatewayId, accountIds }: { gatewayId: string; accountIds: readonly string[] },
): Promise<AccountRow[]> {
  const found: AccountRow[] = [];
  for (const ids of inChunks(accountIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page_account')
      .selectAll()
      .where('gateway_id', '=', gatewayId)
      .where('account_id', 'in', ids)
      .execute();
    found.push(...rows);
  }
  return found;
}

/** The first three accounts of each Page, the active one first, with how many there are in all. */
export async function findFirstAccounts(
  db: Pick<Database, 'engine' | 'read'>,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<FirstAccount[]> {
  const pages = jsonRows(
    db,
    pageIds.map((pageId) => [pageId]),
  );
  const { rows } = await sql<FirstAccount>`
    select page_id, account_name, account_kind, total from (
      select g.page_id, a.name as account_name, a.kind as account_kind,
        count(*) over (partition by g.page_id) as total,
        row_number() over (partition by g.page_id
          order by g.active desc, g.granted_at desc, g.id) as place
      from ${pages} cross join page_grant g
      join page_account a on a.gateway_id = g.gateway_id and a.account_id = g.account_id
      where g.gateway_id = ${gatewayId} and g.page_id = j.value ->> 0) as n
    where place <= 3 order by page_id, place`.execute(db.read);
  return rows;
}

type FirstAccount = Pick<GrantWithName, 'page_id' | 'account_name' | 'account_kind'> & {
  total: number;
};

/** Those of these Pages for which somebody's access may still work. */
export async function findPagesWithWorkingGrant(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const ids of inChunks(pageIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page_grant')
      .select('page_id')
      .distinct()
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .where('token_state', '!=', 'invalid')
      .execute();
    for (const { page_id } of rows) {
      found.add(page_id);
    }
  }
  return found;
}

export async function countGrantsOfPages(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<number> {
  let total = 0;
  for (const ids of inChunks(pageIds, 500)) {
    const row = await tables(db)
      .selectFrom('page_grant')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .executeTakeFirst();
    total += Number(row?.n ?? 0);
  }
  return total;
}

/** An account that holds no Page any more leaves nothing that could be used in its name. */
export async function forgetIdleTokens(tx: Executor, gatewayId: string): Promise<void> {
  await tables(tx)
    .updateTable('page_account')
    .set({ user_token: null, token_expires_at: null })
    .where('gateway_id', '=', gatewayId)
    .where('user_token', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('page_grant')
            .select('page_grant.id')
            .whereRef('page_grant.gateway_id', '=', 'page_account.gateway_id')
            .whereRef('page_grant.account_id', '=', 'page_account.account_id'),
        ),
      ),
    )
    .execute();
}

export async function setGrantState(
  tx: Executor,
  change: {
    id: string;
    state: GrantRow['token_state'];
    problem: string | null;
    checkedAt: number;
  },
): Promise<void> {
  await tables(tx)
    .updateTable('page_grant')
    .set({
      token_state: change.state,
      token_problem: change.problem,
      checked_at: change.checkedAt,
    })
    .where('id', '=', change.id)
    .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<=', change.checkedAt)]))
    .execute();
}

/** The last check succeeded for all of these at once. */
export async function setGrantsValid(
  tx: Executor,
  { ids, checkedAt }: { ids: readonly string[]; checkedAt: number },
): Promise<void> {
  for (const some of inChunks(ids, 500)) {
    await tables(tx)
      .updateTable('page_grant')
      .set({ token_state: 'valid', token_problem: null, checked_at: checkedAt })
      .where('id', 'in', some)
      .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<=', checkedAt)]))
      .execute();
  }
}

/** Makes none of the grants of these Pages the active one; the caller names a new one next. */
export async function clearActive(
  tx: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<void> {
  for (const ids of inChunks(pageIds, 500)) {
    await tables(tx)
      .updateTable('page_grant')
      .set({ active: 0 })
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .where('active', '=', 1)
      .execute();
  }
}

export async function setActive(
  tx: Executor,
  grant: { gatewayId: string; pageId: string; accountId: string },
): Promise<void> {
  await clearActive(tx, { gatewayId: grant.gatewayId, pageIds: [grant.pageId] });
  await tables(tx)
    .updateTable('page_grant')
    .set({ active: 1 })
    .where('gateway_id', '=', grant.gatewayId)
    .where('page_id', '=', grant.pageId)
    .where('account_id', '=', grant.accountId)
    .execute();
}

/** Without `accountId`: the grants of everyone. */
export async function deleteGrants(
  tx: Executor,
  {
    gatewayId,
    pageIds,
    accountId,
  }: { gatewayId: string; pageIds: readonly string[]; accountId?: string },
): Promise<void> {
  for (const ids of inChunks(pageIds, 500)) {
    const query = tables(tx)
      .deleteFrom('page_grant')
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids);
    await (accountId === undefined ? query : query.where('account_id', '=', accountId)).execute();
  }
}
