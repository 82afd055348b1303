import { type Executor, throughOutages } from '../../../platform/db/index.ts';
import { metaActor } from '../../audit/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findAccount } from '../grant-store.ts';
import { refreshPages } from '../refresh/refresh-pages.ts';
import { findPagesEvenRemoved, lockRegistry } from '../store.ts';
import { endGrants } from './end-grants.ts';
import type { CallbackSubject } from './signed-request.ts';

/** Meta calls back when we take the app off a Page ourselves; later than this it was not us. */
const OWN_DOING_MS = 10 * 60_000;
/** `issued_at` is in whole seconds: what was granted within that second came before. */
const SECOND_MS = 1_000;

type Deauthorized = { readonly gatewayId: string; readonly subject: CallbackSubject };

/**
 * Somebody or something left the app. A person: their grants that are older than the callback end,
 * so that one sent again later spares what they granted since. A Page alone: nothing ends; unless
 * we took the app off it ourselves, it is to be read again. Gives that Page.
 */
export async function deauthorize(
  deps: PagesDeps,
  { gatewayId, subject }: Deauthorized,
): Promise<string | undefined> {
  const { db, gateways, live, log } = deps;
  const { accountId, pageId, issuedAt } = subject;
  const { ended, toRead } = await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await gateways.noteMilestone(tx, gatewayId, 'deauthorize_seen_at');
    return accountId === undefined
      ? { ended: 0, toRead: pageId && (await notePage(deps, tx, { gatewayId, pageId, issuedAt })) }
      : {
          ended: await endAccess(deps, tx, { gatewayId, accountId, pageId, issuedAt }),
          toRead: undefined,
        };
  });
  log.info({ gatewayId, pageId, ended, reading: toRead !== undefined }, 'deauthorize.received');
  live.publish({ type: 'gateway.changed', gatewayId });
  live.publish({ type: 'pages.changed', gatewayId });
  return toRead;
}

async function endAccess(
  deps: PagesDeps,
  tx: Executor,
  left: {
    gatewayId: string;
    accountId: string;
    pageId: string | undefined;
    issuedAt: number;
  },
): Promise<number> {
  const { gatewayId, accountId, pageId, issuedAt } = left;
  const known = await findAccount(tx, { gatewayId, accountId });
  if (!known) {
    // Never logged in here, or erased: the audit log must not name them then.
    return 0;
  }
  const account = { id: accountId, name: known.name };
  const grantedBefore = issuedAt + SECOND_MS;
  const ended = await endGrants(deps, tx, {
    gatewayId,
    accountId,
    pageId,
    grantedBefore,
    account,
  });
  await deps.audit.record(tx, {
    actor: metaActor,
    action: 'account.deauthorized',
    subject: { kind: 'account', ...account },
    gatewayId,
    after: { grantsEnded: ended, ...(pageId === undefined ? {} : { pageId }) },
  });
  return ended;
}

/** Gives the Page if it is to be read again. */
async function notePage(
  { audit }: PagesDeps,
  tx: Executor,
  { gatewayId, pageId, issuedAt }: { gatewayId: string; pageId: string; issuedAt: number },
): Promise<string | undefined> {
  const [page] = await findPagesEvenRemoved(tx, { gatewayId, pageIds: [pageId] });
  if (!page) {
    return undefined;
  }
  const ourDoing = page.unsubscribed_at !== null && page.unsubscribed_at >= issuedAt - OWN_DOING_MS;
  await audit.record(tx, {
    actor: metaActor,
    action: 'page.deauthorized',
    subject: { kind: 'page', id: pageId, name: page.name },
    gatewayId,
    after: { ourDoing },
  });
  return ourDoing ? undefined : pageId;
}

/** Reads one Page and its grants again; Meta has its answer by then. */
export async function readAgain(
  deps: PagesDeps,
  { gatewayId, pageId }: { gatewayId: string; pageId: string },
  stopping: AbortSignal,
): Promise<void> {
  await throughOutages(async () => {
    const app = await deps.gateways.loadApp(gatewayId);
    await refreshPages(deps, { app, pageIds: [pageId] });
  }, stopping);
  deps.live.publish({ type: 'pages.changed', gatewayId });
}
