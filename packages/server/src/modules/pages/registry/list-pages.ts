import type { ListPages, Page, PageList } from '@chatgate/contract';
import type { Static } from 'typebox';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findFirstAccounts, shownName } from '../grant-store.ts';
import { picturePath } from '../picture-path.ts';
import { findRefreshedAt } from '../refresh/store.ts';
import { describeHealth } from './health.ts';
import {
  countMatching,
  findRemoved,
  findUnsubscribing,
  listRankedPages,
  type PageQuery,
  type RankedPage,
} from './store.ts';

const DEFAULT_LIMIT = 100;
const SHOWN_REMOVED = 50;

export async function listPages(
  { db, gateways }: Pick<PagesDeps, 'db' | 'gateways'>,
  { gatewayId, query }: { gatewayId: string; query: Static<typeof ListPages> },
): Promise<PageList> {
  await gateways.loadApp(gatewayId);
  const { search, state, sort = 'attention', cursor, limit = DEFAULT_LIMIT } = query;
  const asked: PageQuery = {
    gatewayId,
    search,
    state,
    sort,
    after: cursor === undefined ? undefined : decodeCursor(cursor, ['number', 'string', 'string']),
    limit: limit + 1,
  };
  const [found, total, unsubscribing, removed, refreshedAt] = await Promise.all([
    listRankedPages(db.read, asked),
    countMatching(db.read, asked),
    findUnsubscribing(db.read, gatewayId),
    findRemoved(db.read, { gatewayId, limit: SHOWN_REMOVED }),
    findRefreshedAt(db.read, gatewayId),
  ]);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const accounts = Map.groupBy(
    await findFirstAccounts(db, { gatewayId, pageIds: rows.map((row) => row.page_id) }),
    (account) => account.page_id,
  );
  const fieldsOf = createFieldReader();
  return {
    items: rows.map((row) => toPage(row, accounts.get(row.page_id) ?? [], fieldsOf)),
    nextCursor:
      found.length > limit && last ? encodeCursor([last.rank, last.sort_name, last.page_id]) : null,
    total,
    refreshedAt,
    unsubscribing: unsubscribing.map((row) => ({
      pageId: row.page_id,
      name: row.name,
      problem: row.problem === null ? null : JSON.parse(row.problem),
    })),
    removed: removed.map(({ page_id, name, removed_at }) => ({
      pageId: page_id,
      name,
      removedAt: removed_at ?? 0,
    })),
  };
}

type FirstAccounts = Awaited<ReturnType<typeof findFirstAccounts>>;

/** Nearly all Pages are subscribed to the same fields, so that few texts are to be read. */
function createFieldReader() {
  const known = new Map<string, string[]>();
  return (json: string) => {
    const fields = known.get(json) ?? (JSON.parse(json) as string[]);
    known.set(json, fields);
    return fields;
  };
}

function toPage(
  row: RankedPage,
  accounts: FirstAccounts,
  fieldsOf: ReturnType<typeof createFieldReader>,
): Page {
  const [first] = accounts;
  const count = Number(first?.total ?? 0);
  return {
    id: row.page_id,
    name: row.name,
    pictureUrl: picturePath(`pages/${row.page_id}`, row.gateway_id, row.picture_url),
    link: row.link,
    category: row.category,
    accounts: { first: first ? shownName(first) : null, count },
    receiving: {
      wanted: row.wanted === 1,
      actual: row.actual,
      fields: fieldsOf(row.fields),
      otherFields: fieldsOf(row.other_fields),
      checkedAt: row.actual_checked_at,
      problem: row.receiving_problem === null ? null : JSON.parse(row.receiving_problem),
      changedAt: row.wanted_changed_at,
      changedBy: row.wanted_changed_by,
    },
    health: describeHealth(row, {
      who: whoCan(accounts, count),
      hasAccess: row.token_state !== null && row.token_state !== 'invalid',
    }),
    lastEventAt: row.last_event_at,
    eventsWhileOff: row.events_while_off,
    lastConversationId: row.last_conversation_id,
    version: row.version,
    addedAt: row.added_at,
  };
}

/** Those who could log in again: a few names, and how many more. */
function whoCan(accounts: FirstAccounts, count: number): string | null {
  if (accounts.length === 0) {
    return null;
  }
  const names = accounts.map(shownName).join(', ');
  return count > accounts.length ? `${names} (+${count - accounts.length})` : names;
}
