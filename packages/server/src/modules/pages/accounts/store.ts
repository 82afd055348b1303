import { sql } from 'kysely';
import { type Executor, likePattern } from '../../../platform/db/index.ts';
import { sortable, type Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export type AccountQuery = {
  readonly gatewayId: string;
  readonly pageId: string;
  readonly search: string | undefined;
  /** Active, granted at and grant id of the last row given. */
  readonly after: readonly (string | number)[] | undefined;
  readonly limit: number;
};

const matching = (db: Executor, { gatewayId, pageId, search }: AccountQuery) =>
  tables(db)
    .selectFrom('page_grant as g')
    .innerJoin('page_account as a', (join) =>
      join.onRef('a.gateway_id', '=', 'g.gateway_id').onRef('a.account_id', '=', 'g.account_id'),
    )
    .where('g.gateway_id', '=', gatewayId)
    .where('g.page_id', '=', pageId)
    .$if(search !== undefined && search.trim() !== '', (query) =>
      query.where(
        sql<boolean>`a.sort_name like ${likePattern(sortable(search ?? ''))} escape '\\'`,
      ),
    );

/** The active grant first, then the newest. */
export async function listGrantedAccounts(db: Executor, query: AccountQuery) {
  const { after } = query;
  return matching(db, query)
    .select([
      'g.id',
      'g.account_id',
      'g.token_state',
      'g.token_problem',
      'g.expires_at',
      'g.checked_at',
      'g.tasks',
      'g.active',
      'g.granted_at',
      'a.name',
      'a.kind',
      'a.picture_url',
    ])
    .$if(after !== undefined, (rows) =>
      rows.where(sql<boolean>`(g.active, g.granted_at, g.id) < (${sql.join([...(after ?? [])])})`),
    )
    .orderBy('g.active', 'desc')
    .orderBy('g.granted_at', 'desc')
    .orderBy('g.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function countGrantedAccounts(db: Executor, query: AccountQuery): Promise<number> {
  const row = await matching(db, query)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
