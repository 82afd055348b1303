import { AppError } from '../../platform/errors.ts';
import type { Actor } from '../auth/index.ts';
import type { PagesDeps } from './deps.ts';
import { removePages } from './remove-pages.ts';
import { findPages, lockRegistry } from './store.ts';

/** *Remove* on a row: the Page leaves, whoever else granted access to it. */
export async function removeForEveryone(
  deps: PagesDeps,
  { gatewayId, pageId, actor }: { gatewayId: string; pageId: string; actor: Actor },
): Promise<void> {
  const { db, gateways, live, log } = deps;
  await gateways.loadApp(gatewayId);
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const [page] = await findPages(tx, { gatewayId, pageIds: [pageId] });
    if (!page) {
      throw new AppError('not_found', 'This Page is not connected.');
    }
    const pages = [{ id: pageId, name: page.name }];
    await removePages(deps, tx, { gatewayId, pages, actor });
  });
  log.info({ gatewayId, pageId }, 'page.removed');
  live.publish({ type: 'pages.changed', gatewayId });
}
