/**
 * Pages: the log-in window, who granted access to which Page, whether a Page's messages are wanted
 * and whether Meta really sends them.
 *
 * Owns the tables `page`, `page_account`, `page_grant`, `connect_attempt`, `connect_invite`,
 * `connect_invite_session`, `page_unsubscription`, `refused_field`, `refresh_job`, `bulk_job`, `bulk_item` and
 * `data_deletion`. Guarantees: a grant ends only by a complete
 * reading of Meta, by a callback that Meta signed, or by a person; what is wanted and what Meta holds are kept apart, and the latter is always read
 * from Meta; receiving depends on no token; tokens are sealed and leave only as `PageToken`; Meta is
 * never called inside a transaction; fields of other systems are never removed.
 */
import type { FastifyInstance } from 'fastify';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import type { GatewayApp } from '../gateways/index.ts';
import type { PageToken } from '../graph/index.ts';
import { registerAccountRoutes } from './accounts/routes.ts';
import { createBackground } from './background.ts';
import { bulkStep } from './bulk/bulk-job.ts';
import { registerBulkRoutes } from './bulk/routes.ts';
import type { AdoptedHook } from './connect/apply-reading.ts';
import { registerCallbacks } from './connect/callbacks.ts';
import { endStaleStep, runAttempt } from './connect/run-attempt.ts';
import type { PagesDeps } from './deps.ts';
import { registerFindRoutes } from './find/routes.ts';
import {
  checkAtMeta,
  counts,
  deletion,
  endGateway,
  factsOf,
  findActiveToken,
  forgetConversation,
  noteEvents,
  type PageFacts,
  pageNames,
  type ReceivingOf,
  receivingOf,
  type SeenEvents,
} from './for-other-modules.ts';
import { registerInvitedRoutes, registerInviteRoutes } from './invite/routes.ts';
import { readAgain } from './meta-callbacks/deauthorize.ts';
import { registerMetaCallbacks } from './meta-callbacks/routes.ts';
import { refreshStep } from './refresh/refresh-job.ts';
import { countByHealth, countByTokenState, type PageCounts } from './registry/store.ts';
import {
  registerChangeRoutes,
  registerConnectRoutes,
  registerPictureRoutes,
  registerRefreshRoutes,
  registerRegistryRoutes,
} from './routes.ts';
import {
  findSendAccess,
  type RefusedToken,
  retireRefusedToken,
  type SendAccess,
} from './send-access.ts';
import { findGatewaysWithPages, findNextPageIds } from './store.ts';
import { repairDrift } from './subscription/repair-drift.ts';
import { unsubscribeStep } from './subscription/unsubscribe.ts';

export type { AdoptedHook } from './connect/apply-reading.ts';
export type { PagesDeps } from './deps.ts';
export type { PageFacts, ReceivingOf, SeenEvents } from './for-other-modules.ts';
export { MAY_CONNECT } from './invite/still-given.ts';
export type { PageCounts } from './registry/store.ts';
export type { RefusedToken, SendAccess } from './send-access.ts';
export { sealedPageColumns } from './tables.ts';

export type Pages = {
  /** Under `/api/v1`. */
  routes: (api: Api) => void;
  /** For a scope with the prefix `/meta/:uri`: the log-in window's addresses and Meta's own callbacks. */
  callbacks: (scope: FastifyInstance) => void;
  /** What callbacks started (drain and stop wait for it), refreshes, bulk actions, unsubscriptions. */
  workers: readonly Worker[];
  /** For every asked Page, inside the caller's transaction. */
  receivingOf: (
    tx: Executor,
    gatewayId: string,
    pageIds: readonly string[],
  ) => Promise<Map<string, ReceivingOf>>;
  /** Something is being erased; what a Page keeps of it goes. */
  onErased: typeof forgetConversation;
  /** Adds what was seen of each Page, inside the caller's transaction. */
  noteEvents: (
    tx: Executor,
    gatewayId: string,
    seen: ReadonlyMap<string, SeenEvents>,
  ) => Promise<void>;
  findActiveToken: (
    gatewayId: string,
    pageId: string,
  ) => Promise<{ token: PageToken; app: GatewayApp } | undefined>;
  /** The token to write in the name of a Page with, or why there is none. */
  sendAccess: (gatewayId: string, pageId: string) => Promise<SendAccess>;
  /** Meta refused a token: it stops being used, and another living grant takes its place. */
  onTokenRefused: (tx: Executor, refused: RefusedToken) => Promise<void>;
  /** By `gatewayId/pageId`; removed Pages keep their name. */
  pageNames: (
    db: Executor,
    pages: readonly { readonly gatewayId: string; readonly pageId: string }[],
  ) => Promise<Map<string, string>>;
  /** Registers what happens in the transaction in which Pages enter the registry. */
  onAdopted: (hook: AdoptedHook) => void;
  /** Connected Pages by health, and grants by the state of their token; for metrics. */
  healthCounts: () => Promise<ReadonlyMap<string, number>>;
  grantCounts: () => Promise<ReadonlyMap<string, number>>;
  counts: (db: Executor, gatewayIds: readonly string[]) => Promise<Map<string, PageCounts>>;
  deletion: (
    db: Executor,
    gatewayId: string,
  ) => Promise<{ pages: number; receiving: number; grants: number }>;
  onDeleting: (tx: Executor, gatewayId: string) => Promise<void>;
  gatewaysWithPages: (db: Executor) => Promise<string[]>;
  nextPageIds: (
    db: Executor,
    of: { gatewayId: string; after: string; limit: number },
  ) => Promise<string[]>;
  factsOf: (
    db: Pick<Database, 'engine' | 'read'>,
    of: { gatewayId: string; pageId: string },
  ) => Promise<PageFacts | undefined>;
  /** Reads these Pages at Meta with the access in use; changes nothing there. */
  checkAtMeta: (of: {
    gatewayId: string;
    pageIds: readonly string[];
  }) => ReturnType<typeof checkAtMeta>;
  /** Brings Pages that are due back to what is wanted; gives how many. */
  repairDrift: () => Promise<number>;
};

const STALE_EVERY_MS = 15_000;
const UNSUBSCRIBE_EVERY_MS = 15_000;
const REFRESH_EVERY_MS = 5_000;
const BULK_EVERY_MS = 5_000;

export function createPages(deps: PagesDeps): Pages {
  const { log } = deps;
  const adopted: AdoptedHook[] = [];
  const onError = (error: unknown) => log.error({ err: error }, 'pages.failed');
  const stale = createWorker({ step: () => endStaleStep(deps), idleMs: STALE_EVERY_MS, onError });
  const unsubscriptions = createWorker({
    step: () => unsubscribeStep(deps),
    idleMs: UNSUBSCRIBE_EVERY_MS,
    onError,
  });
  const refreshes = createWorker({
    step: () => refreshStep(deps),
    idleMs: REFRESH_EVERY_MS,
    onError,
  });
  const onRemoved = () => unsubscriptions.wake();
  const bulks = createWorker({
    async step() {
      const worked = await bulkStep(deps);
      onRemoved();
      return worked;
    },
    idleMs: BULK_EVERY_MS,
    onError,
  });

  const logins = createBackground(stale, onError);
  return {
    routes(api) {
      registerConnectRoutes(api, deps);
      registerInviteRoutes(api, deps);
      registerInvitedRoutes(api, deps);
      registerFindRoutes(api, deps);
      registerRegistryRoutes(api, deps);
      registerAccountRoutes(api, { ...deps, onRemoved });
      registerChangeRoutes(api, { ...deps, onRemoved });
      registerBulkRoutes(api, { ...deps, onBulk: () => bulks.wake() });
      registerRefreshRoutes(api, { ...deps, onRefresh: () => refreshes.wake() });
      registerPictureRoutes(api, deps);
    },
    callbacks(scope) {
      registerCallbacks(scope, {
        ...deps,
        onReturned(returned) {
          logins.run((stopping) => runAttempt(deps, returned, { adopted, onRemoved, stopping }));
        },
      });
      registerMetaCallbacks(scope, {
        ...deps,
        onPageLeft: (page) => logins.run((stopping) => readAgain(deps, page, stopping)),
      });
    },
    workers: [logins.worker, refreshes, bulks, unsubscriptions],
    receivingOf,
    onErased: forgetConversation,
    noteEvents,
    findActiveToken: (gatewayId, pageId) => findActiveToken(deps, gatewayId, pageId),
    sendAccess: (gatewayId, pageId) => findSendAccess(deps, gatewayId, pageId),
    onTokenRefused: (tx, refused) => retireRefusedToken(deps, tx, refused),
    pageNames,
    onAdopted: (hook) => adopted.push(hook),
    counts,
    healthCounts: () => countByHealth(deps.db.read),
    grantCounts: () => countByTokenState(deps.db.read),
    deletion,
    gatewaysWithPages: findGatewaysWithPages,
    nextPageIds: findNextPageIds,
    factsOf,
    checkAtMeta: (of) => checkAtMeta(deps, of),
    repairDrift: () => repairDrift(deps),
    onDeleting: (tx, gatewayId) => endGateway(deps, tx, gatewayId),
  };
}
