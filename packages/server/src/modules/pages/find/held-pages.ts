import type { HeldPages } from '@chatgate/contract';
import type { PagesDeps } from '../deps.ts';
import { shownName } from '../grant-store.ts';
import { countHolders, findHolders, findPagesOf } from './store.ts';

const MOST = 50;

/** Who holds which Pages of a gateway, as it is known before anybody logs in. */
export async function readHeldPages(
  { db, gateways }: PagesDeps,
  gatewayId: string,
): Promise<HeldPages> {
  await gateways.loadApp(gatewayId);
  const holders = await findHolders(db.read, { gatewayId, limit: MOST });
  const accounts = [];
  for (const { account_id: accountId, name, kind, logged_in_at, count } of holders) {
    const pages = await findPagesOf(db.read, { gatewayId, accountId, limit: MOST });
    accounts.push({
      id: accountId,
      name: shownName({ account_name: name, account_kind: kind }),
      kind,
      loggedInAt: logged_in_at,
      pages: pages.map((page) => ({ id: page.page_id, name: page.name })),
      count,
    });
  }
  return { accounts, total: await countHolders(db.read, gatewayId) };
}
