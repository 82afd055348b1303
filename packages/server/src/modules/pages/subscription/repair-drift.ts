import { type AuditEntry, systemActor } from '../../audit/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findPages } from '../store.ts';
import { applyReceiving } from './apply-receiving.ts';
import { claimDrifted } from './store.ts';

const AT_ONCE = 50;
/** More than twice what 50 Pages can take with all time-outs and retries. */
const LEASE_MS = 180_000;

/**
 * Brings Pages that drifted away from what is wanted back to it: Meta unsubscribed us, a *Save* was
 * refused, or the process died between storing a wish and telling Meta. Only where somebody's access
 * still works. Ever more seldom while it fails. A subscription that somebody else made on a Page
 * whose receiving is off is shown, and left to a person. Gives how many Pages it worked on.
 */
export async function repairDrift(deps: PagesDeps): Promise<number> {
  const { db, clock, gateways, audit, live, log } = deps;
  const drifted = await db.transaction((tx) =>
    claimDrifted(db, tx, { now: clock.now(), leaseMs: LEASE_MS, limit: AT_ONCE }),
  );
  for (const [gatewayId, some] of Map.groupBy(drifted, (page) => page.gateway_id)) {
    const pageIds = some.map(({ page_id }) => page_id);
    const app = await gateways.loadApp(gatewayId);
    live.publish({ type: 'pages.changed', gatewayId });
    const outcomes = await applyReceiving(deps, { app, pageIds });
    const repaired = pageIds.filter((pageId) => outcomes.get(pageId)?.ok);
    await db.transaction(async (tx) => {
      const pages = await findPages(tx, { gatewayId, pageIds: repaired });
      await audit.record(
        tx,
        ...pages.map(
          ({ page_id, name, wanted }): AuditEntry => ({
            actor: systemActor,
            action: 'page.subscription_repaired',
            subject: { kind: 'page', id: page_id, name },
            gatewayId,
            after: { receiving: wanted === 1 },
          }),
        ),
      );
    });
    log.info({ gatewayId, tried: pageIds.length, repaired: repaired.length }, 'pages.repaired');
    live.publish({ type: 'pages.changed', gatewayId });
  }
  return drifted.length;
}
