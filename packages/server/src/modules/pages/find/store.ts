import type { Executor } from '../../../platform/db/index.ts';
import type { AccountRow, PageRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

/** Accounts that still left access, who logged in last first. */
export async function findAccountsToAsk(
  db: Executor,
  { gatewayId, limit }: { gatewayId: string; limit: number },
): Promise<AccountRow[]> {
  return tables(db)
    .selectFrom('page_account')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('user_token', 'is not', null)
    .orderBy('logged_in_at', 'desc')
    .orderBy('account_id')
    .limit(limit)
    .execute();
}

/** Other gateways in whose registry a Page is. */
export async function findOtherGatewayIds(
  db: Executor,
  { pageId, except }: { pageId: string; except: string },
): Promise<Pick<PageRow, 'gateway_id' | 'name'>[]> {
  return tables(db)
    .selectFrom('page')
    .select(['gateway_id', 'name'])
    .where('page_id', '=', pageId)
    .where('gateway_id', '!=', except)
    .where('removed_at', 'is', null)
    .orderBy('added_at')
    .limit(1)
    .execute();
}

export type HeldRow = Pick<AccountRow, 'account_id' | 'name' | 'kind' | 'logged_in_at'> & {
  count: number;
};

/** Accounts with how many Pages each holds, those with most first. */
export async function findHolders(
  db: Executor,
  { gatewayId, limit }: { gatewayId: string; limit: number },
): Promise<HeldRow[]> {
  return tables(db)
    .selectFrom('page_account')
    .innerJoin('page_grant', (join) =>
      join
        .onRef('page_grant.gateway_id', '=', 'page_account.gateway_id')
        .onRef('page_grant.account_id', '=', 'page_account.account_id'),
    )
    .select([
      'page_account.account_id',
      'page_account.name',
      'page_account.kind',
      'page_account.logged_in_at',
    ])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('page_account.gateway_id', '=', gatewayId)
    .groupBy([
      'page_account.account_id',
      'page_account.name',
      'page_account.kind',
      'page_account.logged_in_at',
    ])
    .orderBy('count', 'desc')
    .orderBy('page_account.name')
    .limit(limit)
    .execute();
}

export async function countHolders(db: Executor, gatewayId: string): Promise<number> {
  const { count } = await tables(db)
    .selectFrom('page_grant')
    .select((eb) => eb.fn.count<number>('account_id').distinct().as('count'))
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The first Pages of an account, by name. */
export async function findPagesOf(
  db: Executor,
  { gatewayId, accountId, limit }: { gatewayId: string; accountId: string; limit: number },
): Promise<Pick<PageRow, 'page_id' | 'name'>[]> {
  return tables(db)
    .selectFrom('page_grant')
    .innerJoin('page', (join) =>
      join
        .onRef('page.gateway_id', '=', 'page_grant.gateway_id')
        .onRef('page.page_id', '=', 'page_grant.page_id'),
    )
    .select(['page.page_id', 'page.name'])
    .where('page_grant.gateway_id', '=', gatewayId)
    .where('page_grant.account_id', '=', accountId)
    .orderBy('page.sort_name')
    .orderBy('page.page_id')
    .limit(limit)
    .execute();
}
