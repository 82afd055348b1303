import type { Executor } from '../../platform/db/index.ts';
import type { ConversationsDeps } from './types.ts';

/**
 * Makes events of unknown Pages new again whose Page is known by now. Adopting a Page does so at
 * once; this finds what the projector parked at the very moment the Page was adopted, when neither
 * of the two transactions could see the other. Gives how many events.
 */
export async function emptyTray(
  { ingest, pages }: Pick<ConversationsDeps, 'ingest' | 'pages'>,
  tx: Executor,
): Promise<number> {
  let revived = 0;
  const inTray = Map.groupBy(await ingest.pagesInTray(tx), ({ gateway_id }) => gateway_id);
  for (const [gatewayId, rows] of inTray) {
    const pageIds = rows.map(({ page_id }) => page_id);
    const receiving = await pages.receivingOf(tx, gatewayId, pageIds);
    for (const pageId of pageIds.filter((id) => receiving.get(id)?.known)) {
      revived += await ingest.revive(tx, { reason: 'unknown_page', gatewayId, pageId });
    }
  }
  return revived;
}
