import type { BulkPlan, PlanBulk } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { PagesDeps } from '../deps.ts';
import { countGrantsOfPages, findPagesWithWorkingGrant } from '../grant-store.ts';
import { findMatchingPageIds } from '../registry/store.ts';
import { findPages } from '../store.ts';
import type { PageRow } from '../tables.ts';

/** More are more than one gateway is made for; the list says so instead of leaving some out. */
const MAX_BULK = 5_000;

/**
 * The dry run: what an action would do to each chosen Page, by what is known now. Asks Meta nothing
 * and changes nothing. Its items, with their versions, are what `startBulk` takes, so that what was
 * shown is what is done.
 */
export async function planBulk(
  { db, gateways }: Pick<PagesDeps, 'db' | 'gateways'>,
  { gatewayId, plan }: { gatewayId: string; plan: PlanBulk },
): Promise<BulkPlan> {
  await gateways.loadApp(gatewayId);
  const { action, pageIds, matching } = plan;
  if ((pageIds === undefined) === (matching === undefined)) {
    throw new AppError('invalid', 'Name either the Pages or what they have to match.');
  }
  const chosen =
    pageIds ??
    (await findMatchingPageIds(db.read, {
      gatewayId,
      search: matching?.search,
      state: matching?.state,
      limit: MAX_BULK + 1,
    }));
  if (chosen.length > MAX_BULK) {
    throw new AppError('invalid', `At most ${MAX_BULK} Pages at once; search for fewer.`);
  }
  const pages = await findPages(db.read, { gatewayId, pageIds: chosen });
  const ids = pages.map(({ page_id }) => page_id);
  const working = await findPagesWithWorkingGrant(db.read, { gatewayId, pageIds: ids });
  const items = pages
    .map((page) => ({
      pageId: page.page_id,
      name: page.name,
      version: page.version,
      effect: effectOn(page, { action, hasAccess: working.has(page.page_id) }),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return {
    action,
    items,
    receiving: pages.filter(({ wanted }) => wanted === 1).length,
    grants:
      action === 'remove' ? await countGrantsOfPages(db.read, { gatewayId, pageIds: ids }) : 0,
  };
}

function effectOn(
  page: Pick<PageRow, 'wanted' | 'actual'>,
  { action, hasAccess }: { action: PlanBulk['action']; hasAccess: boolean },
): BulkPlan['items'][number]['effect'] {
  const wanted = action === 'switch_on';
  if (
    action !== 'remove' &&
    (page.wanted === 1) === wanted &&
    page.actual === (wanted ? 'on' : 'off')
  ) {
    return 'nothing';
  }
  return hasAccess ? 'change' : 'needs_login';
}
