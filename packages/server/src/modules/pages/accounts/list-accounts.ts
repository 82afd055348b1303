import type { Account, AccountList, ListAccounts } from '@chatgate/contract';
import type { Static } from 'typebox';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { PagesDeps } from '../deps.ts';
import { picturePath } from '../picture-path.ts';
import { findPages } from '../store.ts';
import { type AccountQuery, countGrantedAccounts, listGrantedAccounts } from './store.ts';

const DEFAULT_LIMIT = 50;

/** Who granted access to one Page; searched and cut by the database, for Pages with a thousand. */
export async function listAccounts(
  { db, gateways }: Pick<PagesDeps, 'db' | 'gateways'>,
  {
    gatewayId,
    pageId,
    query,
  }: { gatewayId: string; pageId: string; query: Static<typeof ListAccounts> },
): Promise<AccountList> {
  await gateways.loadApp(gatewayId);
  const [page] = await findPages(db.read, { gatewayId, pageIds: [pageId] });
  if (!page) {
    throw new AppError('not_found', 'This Page is not connected.');
  }
  const { search, cursor, limit = DEFAULT_LIMIT } = query;
  const asked: AccountQuery = {
    gatewayId,
    pageId,
    search,
    after: cursor === undefined ? undefined : decodeCursor(cursor, ['number', 'number', 'string']),
    limit: limit + 1,
  };
  const [found, total] = await Promise.all([
    listGrantedAccounts(db.read, asked),
    countGrantedAccounts(db.read, asked),
  ]);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    items: rows.map(
      (row): Account => ({
        id: row.account_id,
        name: row.name,
        kind: row.kind,
        pictureUrl: picturePath(`accounts/${row.account_id}`, gatewayId, row.picture_url),
        grantedAt: row.granted_at,
        token: {
          state: row.token_state,
          expiresAt: row.expires_at,
          checkedAt: row.checked_at,
          problem: row.token_problem === null ? null : JSON.parse(row.token_problem),
        },
        tasks: row.tasks === null ? null : JSON.parse(row.tasks),
        active: row.active === 1,
      }),
    ),
    nextCursor:
      found.length > limit && last ? encodeCursor([last.active, last.granted_at, last.id]) : null,
    total,
  };
}
