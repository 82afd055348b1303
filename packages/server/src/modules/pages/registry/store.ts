import { HEALTH_STATES, type HealthState } from '@chatgate/contract';
import { type RawBuilder, sql } from 'kysely';
import { type Executor, likePattern } from '../../../platform/db/index.ts';
import { type PageRow, sortable, type Tables, type UnsubscriptionRow } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

const rankOf = (state: HealthState) => sql.lit(HEALTH_STATES.indexOf(state));

/**
 * The health of a Page as its place in `HEALTH_STATES`, over `page` and its active grant `g`. In
 * SQL, because the list of 5,000 Pages is sorted and cut by it.
 */
const healthRank: RawBuilder<number> = sql`case
  when page.at_meta in ('gone', 'merged') then ${rankOf('needs_repair')}
  when g.token_state is null or g.token_state = 'invalid' then ${rankOf('needs_login')}
  when page.at_meta = 'unpublished' then ${rankOf('needs_repair')}
  when page.receiving_problem is not null then ${rankOf('needs_repair')}
  when page.wanted = 1 and page.actual in ('off', 'partial') then ${rankOf('needs_repair')}
  when page.wanted = 0 and page.actual in ('on', 'partial') then ${rankOf('needs_repair')}
  when page.problem is not null or page.actual = 'unknown' then ${rankOf('unknown')}
  when page.wanted = 0 then ${rankOf('receiving_off')}
  when page.last_event_at is null then ${rankOf('waiting')}
  else ${rankOf('live')} end`;

/** Up to this rank a person has to do something. */
const LAST_ATTENTION_RANK = HEALTH_STATES.indexOf('unknown');

const isActiveGrant = sql<boolean>`g.gateway_id = page.gateway_id and g.page_id = page.page_id
  and g.active = 1`;

const rankedPages = (db: Executor) =>
  tables(db)
    .selectFrom('page')
    .leftJoin('page_grant as g', (join) => join.on(isActiveGrant))
    .where('page.removed_at', 'is', null)
    .selectAll('page')
    .select(healthRank.as('rank'));

export type RankedPage = PageRow & {
  rank: number;
  token_state: 'valid' | 'invalid' | 'unknown' | null;
  token_problem: string | null;
};

export type PageQuery = {
  readonly gatewayId: string;
  readonly search: string | undefined;
  readonly state: HealthState | undefined;
  readonly sort: 'attention' | 'name' | '-name';
  /** Rank, sort name and id of the last row given. */
  readonly after: readonly (string | number)[] | undefined;
  readonly limit: number;
};

const matching = (db: Executor, { gatewayId, search, state }: PageQuery) => {
  const all = db
    .selectFrom(rankedPages(db).where('page.gateway_id', '=', gatewayId).as('p'))
    .$if(state !== undefined, (query) =>
      query.where('rank', '=', HEALTH_STATES.indexOf(state ?? 'unknown')),
    );
  return all.where(isFound(search));
};

function isFound(search: string | undefined): RawBuilder<boolean> {
  if (search === undefined || search.trim() === '') {
    return sql<boolean>`1 = 1`;
  }
  const pattern = likePattern(sortable(search));
  return sql<boolean>`(sort_name like ${pattern} escape '\\' or page_id like ${pattern} escape '\\')`;
}

export async function listRankedPages(db: Executor, query: PageQuery): Promise<RankedPage[]> {
  const { sort, after, limit } = query;
  const columns = sort === 'attention' ? sql`rank, sort_name, page_id` : sql`sort_name, page_id`;
  const values = after && (sort === 'attention' ? after : after.slice(1));
  const compare = sql.raw(sort === '-name' ? '<' : '>');
  const direction = sort === '-name' ? 'desc' : 'asc';
  const ordered = matching(db, query)
    .select(['page_id', 'rank'])
    .$if(sort === 'attention', (rows) => rows.orderBy('rank', direction))
    .orderBy('sort_name', direction)
    .orderBy('page_id', direction)
    .limit(limit)
    .$if(values !== undefined, (rows) =>
      rows.where(sql<boolean>`(${columns}) ${compare} (${sql.join(values ?? [])})`),
    );
  // Whole rows are read of those alone that are shown: thousands of them are wide to sort. `cross join`
  // keeps SQLite from reading them all first.
  return tables(db)
    .selectFrom(ordered.as('k'))
    .crossJoin('page')
    .leftJoin('page_grant as g', (join) => join.on(isActiveGrant))
    .where('page.gateway_id', '=', query.gatewayId)
    .whereRef('page.page_id', '=', 'k.page_id')
    .selectAll('page')
    .select(['g.token_state', 'g.token_problem', 'k.rank'])
    .$if(sort === 'attention', (rows) => rows.orderBy('k.rank', direction))
    .orderBy('page.sort_name', direction)
    .orderBy('page.page_id', direction)
    .execute();
}

export async function countMatching(db: Executor, query: PageQuery): Promise<number> {
  const { gatewayId, search, state } = query;
  // Only the state needs the grants; without it the count of 5,000 Pages is a quarter of the work.
  const counted =
    state === undefined
      ? tables(db)
          .selectFrom('page')
          .where('gateway_id', '=', gatewayId)
          .where('removed_at', 'is', null)
          .where(isFound(search))
          .select((eb) => eb.fn.countAll<number>().as('n'))
      : matching(db, query).select((eb) => eb.fn.countAll<number>().as('n'));
  const row = await counted.executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** By name; for actions on all Pages that match. */
export async function findMatchingPageIds(
  db: Executor,
  {
    limit,
    ...asked
  }: Pick<PageQuery, 'gatewayId' | 'search' | 'state'> & { readonly limit: number },
): Promise<string[]> {
  const rows = await matching(db, { ...asked, sort: 'name', after: undefined, limit })
    .select('page_id')
    .orderBy('sort_name')
    .orderBy('page_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.page_id);
}

/** Pages that left, the last first; what was said with them is kept. */
export async function findRemoved(
  db: Executor,
  { gatewayId, limit }: { gatewayId: string; limit: number },
): Promise<{ page_id: string; name: string; removed_at: number | null }[]> {
  return tables(db)
    .selectFrom('page')
    .select(['page_id', 'name', 'removed_at'])
    .where('gateway_id', '=', gatewayId)
    .where('removed_at', 'is not', null)
    .orderBy('removed_at', 'desc')
    .orderBy('page_id')
    .limit(limit)
    .execute();
}

/** Removed Pages whose unsubscription Meta has not confirmed. */
export async function findUnsubscribing(
  db: Executor,
  gatewayId: string,
): Promise<Pick<UnsubscriptionRow, 'page_id' | 'name' | 'problem'>[]> {
  return tables(db)
    .selectFrom('page_unsubscription')
    .select(['page_id', 'name', 'problem'])
    .where('gateway_id', '=', gatewayId)
    .where('state', '!=', 'done')
    .orderBy('created_at')
    .orderBy('page_id')
    .execute();
}

export type PageCounts = { count: number; receiving: number; needAttention: number };

export async function countPages(
  db: Executor,
  gatewayIds: readonly string[],
): Promise<Map<string, PageCounts>> {
  if (gatewayIds.length === 0) {
    return new Map();
  }
  const rows = await db
    .selectFrom(rankedPages(db).where('page.gateway_id', 'in', gatewayIds).as('p'))
    .select((eb) => [
      'gateway_id',
      eb.fn.countAll<number>().as('count'),
      sql<number>`sum(case when actual = 'on' and wanted = 1 then 1 else 0 end)`.as('receiving'),
      sql<number>`sum(case when rank <= ${sql.lit(LAST_ATTENTION_RANK)} then 1 else 0 end)`.as(
        'attention',
      ),
    ])
    .groupBy('gateway_id')
    .execute();
  return new Map(
    rows.map((row) => [
      row.gateway_id,
      {
        count: Number(row.count),
        receiving: Number(row.receiving),
        needAttention: Number(row.attention),
      },
    ]),
  );
}

/** Connected Pages of living gateways by health. */
export async function countByHealth(db: Executor): Promise<Map<HealthState, number>> {
  const rows = await db
    .selectFrom(rankedPages(db).as('p'))
    .select((eb) => ['rank', eb.fn.countAll<number>().as('n')])
    .groupBy('rank')
    .execute();
  const byRank = new Map(rows.map(({ rank, n }) => [Number(rank), Number(n)]));
  return new Map(HEALTH_STATES.map((state, rank) => [state, byRank.get(rank) ?? 0]));
}

export async function countByTokenState(db: Executor): Promise<Map<string, number>> {
  const rows = await tables(db)
    .selectFrom('page_grant')
    .select((eb) => ['token_state', eb.fn.countAll<number>().as('n')])
    .groupBy('token_state')
    .execute();
  const counts = new Map<string, number>(
    rows.map(({ token_state, n }) => [token_state, Number(n)]),
  );
  return new Map(['valid', 'invalid', 'unknown'].map((state) => [state, counts.get(state) ?? 0]));
}

export async function countGrants(db: Executor, gatewayId: string): Promise<number> {
  const row = await tables(db)
    .selectFrom('page_grant')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
