import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { PageRow, Tables } from './tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

/** A number of our own for PostgreSQL's advisory lock: "pag" in ASCII. */
const PAGES_LOCK = 0x706167;
/** Keeps statements below the engines' limits of bound values, and short enough to prepare. */
const ROWS_AT_ONCE = 50;

export function inChunks<T>(items: readonly T[], size = ROWS_AT_ONCE): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/**
 * Makes changes to the registry of one gateway wait for each other until the transaction ends.
 * SQLite has one writer anyway.
 */
export async function lockRegistry(db: Database, tx: Executor, gatewayId: string): Promise<void> {
  if (db.engine === 'postgres') {
    await sql`select pg_advisory_xact_lock(${PAGES_LOCK}, hashtext(${gatewayId}))`.execute(tx);
  }
}

/** Pages in the registry; removed ones are left out. */
export async function findPages(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<PageRow[]> {
  const found: PageRow[] = [];
  for (const ids of inChunks(pageIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page')
      .selectAll()
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .where('removed_at', 'is', null)
      .execute();
    found.push(...rows);
  }
  return found;
}

/** Also finds removed ones: their history is kept. */
export async function findPagesEvenRemoved(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<
  Pick<PageRow, 'gateway_id' | 'page_id' | 'name' | 'wanted' | 'unsubscribed_at' | 'removed_at'>[]
> {
  const found = [];
  for (const ids of inChunks(pageIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page')
      .select(['gateway_id', 'page_id', 'name', 'wanted', 'unsubscribed_at', 'removed_at'])
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .execute();
    found.push(...rows);
  }
  return found;
}

/** Fields of other systems, as last read; also of removed Pages. */
export async function findOtherFields(
  db: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const ids of inChunks(pageIds, 500)) {
    const rows = await tables(db)
      .selectFrom('page')
      .select(['page_id', 'other_fields'])
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .execute();
    for (const row of rows) {
      found.set(row.page_id, JSON.parse(row.other_fields));
    }
  }
  return found;
}

export async function findAllPageIds(db: Executor, gatewayId: string): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('page')
    .select('page_id')
    .where('gateway_id', '=', gatewayId)
    .where('removed_at', 'is', null)
    .orderBy('page_id')
    .execute();
  return rows.map((row) => row.page_id);
}

export async function findGatewaysWithPages(db: Executor): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('page')
    .select('gateway_id')
    .distinct()
    .where('removed_at', 'is', null)
    .execute();
  return rows.map((row) => row.gateway_id);
}

/** The next Pages in the order of their ids. */
export async function findNextPageIds(
  db: Executor,
  { gatewayId, after, limit }: { gatewayId: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('page')
    .select('page_id')
    .where('gateway_id', '=', gatewayId)
    .where('page_id', '>', after)
    .where('removed_at', 'is', null)
    .orderBy('page_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.page_id);
}

export async function markRemoved(
  tx: Executor,
  { gatewayId, pageIds, at }: { gatewayId: string; pageIds: readonly string[]; at: number },
): Promise<void> {
  for (const ids of inChunks(pageIds, 500)) {
    await tables(tx)
      .updateTable('page')
      .set({ removed_at: at, wanted: 0, receiving_problem: null, updated_at: at })
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .where('removed_at', 'is', null)
      .execute();
  }
}

/** What the projector saw of one Page. Never lowers the time of the last event. */
export async function addEvents(
  tx: Executor,
  seen: {
    gatewayId: string;
    pageId: string;
    lastEventAt: number | null;
    ignoredWhileOff: number;
    lastConversationId: string | null;
  },
): Promise<void> {
  const isNewer: Expression<SqlBool> = sql`coalesce(last_event_at, 0) <= ${seen.lastEventAt ?? 0}`;
  await tables(tx)
    .updateTable('page')
    .set({
      events_while_off: sql`events_while_off + ${seen.ignoredWhileOff}`,
      ...(seen.lastEventAt === null
        ? {}
        : {
            last_event_at: sql`case when ${isNewer} then ${seen.lastEventAt} else last_event_at end`,
          }),
      ...(seen.lastConversationId === null
        ? {}
        : { last_conversation_id: seen.lastConversationId }),
    })
    .where('gateway_id', '=', seen.gatewayId)
    .where('page_id', '=', seen.pageId)
    .execute();
}

export async function dropLastConversation(
  tx: Executor,
  page: { gatewayId: string; pageId: string; conversationId: string },
): Promise<void> {
  await tables(tx)
    .updateTable('page')
    .set({ last_conversation_id: null })
    .where('gateway_id', '=', page.gatewayId)
    .where('page_id', '=', page.pageId)
    .where('last_conversation_id', '=', page.conversationId)
    .execute();
}
