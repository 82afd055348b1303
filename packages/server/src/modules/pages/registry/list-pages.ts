import { createHash } from 'node:crypto';
import type { Account, AccountList, ListPages, Page, PageList } from '@chatgate/contract';
import type { Static } from 'typebox';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { PagesDeps } from '../deps.ts';
import { findRefreshedAt } from '../refresh/store.ts';
import { findAccounts, findGrants, findPages, type GrantWithName, shownName } from '../store.ts';
import { sortable } from '../tables.ts';
import { describeHealth } from './health.ts';
import {
  countMatching,
  findUnsubscribing,
  listRankedPages,
  type PageQuery,
  type RankedPage,
} from './store.ts';

const DEFAULT_LIMIT = 100;

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
    after: cursor === undefined ? undefined : decodeCursor(cursor, 3),
    limit: limit + 1,
  };
  const [found, total, unsubscribing, refreshedAt] = await Promise.all([
    listRankedPages(db.read, asked),
    countMatching(db.read, asked),
    findUnsubscribing(db.read, gatewayId),
    findRefreshedAt(db.read, gatewayId),
  ]);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const grants = Map.groupBy(
    await findGrants(db.read, { gatewayId, pageIds: rows.map((row) => row.page_id) }),
    (grant) => grant.page_id,
  );
  return {
    items: rows.map((row) => toPage(row, grants.get(row.page_id) ?? [])),
    nextCursor:
      found.length > limit && last ? encodeCursor([last.rank, last.sort_name, last.page_id]) : null,
    total,
    refreshedAt,
    unsubscribing: unsubscribing.map((row) => ({
      pageId: row.page_id,
      name: row.name,
      problem: row.problem === null ? null : JSON.parse(row.problem),
    })),
  };
}

function toPage(row: RankedPage, grants: readonly GrantWithName[]): Page {
  return {
    id: row.page_id,
    name: row.name,
    pictureUrl: picturePath(`pages/${row.page_id}`, row.gateway_id, row.picture_url),
    link: row.link,
    category: row.category,
    accounts: { first: grants[0] ? shownName(grants[0]) : null, count: grants.length },
    receiving: {
      wanted: row.wanted === 1,
      actual: row.actual,
      fields: JSON.parse(row.fields),
      otherFields: JSON.parse(row.other_fields),
      checkedAt: row.actual_checked_at,
      problem: row.receiving_problem === null ? null : JSON.parse(row.receiving_problem),
    },
    health: describeHealth(row),
    lastEventAt: row.last_event_at,
    eventsWhileOff: row.events_while_off,
    lastConversationId: row.last_conversation_id,
    version: row.version,
    addedAt: row.added_at,
  };
}

/** On our own origin; the mark changes with the picture, so that browsers may keep it. */
function picturePath(of: string, gatewayId: string, url: string | null): string | null {
  if (url === null) {
    return null;
  }
  const mark = createHash('sha256').update(url).digest('base64url').slice(0, 8);
  return `/api/v1/gateways/${gatewayId}/${of}/picture?v=${mark}`;
}

export async function listAccounts(
  { db, gateways }: Pick<PagesDeps, 'db' | 'gateways'>,
  { gatewayId, pageId, search }: { gatewayId: string; pageId: string; search: string | undefined },
): Promise<AccountList> {
  await gateways.loadApp(gatewayId);
  const [page] = await findPages(db.read, { gatewayId, pageIds: [pageId] });
  if (!page) {
    throw new AppError('not_found', 'This Page is not connected.');
  }
  const grants = await findGrants(db.read, { gatewayId, pageIds: [pageId] });
  const accounts = new Map(
    (
      await findAccounts(db.read, {
        gatewayId,
        accountIds: grants.map((grant) => grant.account_id),
      })
    ).map((account) => [account.account_id, account]),
  );
  const wanted = sortable(search?.trim() ?? '');
  const items = grants
    .filter((grant) => sortable(grant.account_name).includes(wanted))
    .map(
      (grant): Account => ({
        id: grant.account_id,
        name: grant.account_name,
        kind: accounts.get(grant.account_id)?.kind ?? 'person',
        pictureUrl: picturePath(
          `accounts/${grant.account_id}`,
          gatewayId,
          accounts.get(grant.account_id)?.picture_url ?? null,
        ),
        grantedAt: grant.granted_at,
        token: {
          state: grant.token_state,
          expiresAt: grant.expires_at,
          checkedAt: grant.checked_at,
          problem: grant.token_problem === null ? null : JSON.parse(grant.token_problem),
        },
        tasks: grant.tasks === null ? null : JSON.parse(grant.tasks),
        active: grant.active === 1,
      }),
    );
  return { items, nextCursor: null, total: items.length };
}
