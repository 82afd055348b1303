/**
 * Gateways: one Meta app's credentials, its URI and its settings, and the app-level webhook.
 *
 * Owns the table `gateway`. Guarantees: the App secret and the verify token are sealed and leave
 * this module only as `Secret`; one App ID belongs to one living gateway; the webhook is registered
 * only after the gateway is stored, so that Meta's synchronous handshake finds it.
 */
import type { Gateway, LiveEvent } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Live } from '../../platform/live.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Seal } from '../../platform/seal.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import type { Audit } from '../audit/index.ts';
import type { Graph } from '../graph/index.ts';
import { createAppAtMeta } from './app-at-meta.ts';
import { endDeleted } from './delete-gateway.ts';
import type { SaveDeps } from './deps.ts';
import { noteSetUp, type SetUpEvidence } from './note-set-up.ts';
import { createGatewayReading } from './read.ts';
import { createReceiverCache } from './receivers.ts';
import {
  registerGatewayReadRoutes,
  registerGatewaySetUpRoutes,
  registerGatewayWriteRoutes,
} from './routes.ts';
import { createGatewaySecrets, type GatewaySecrets } from './secrets.ts';
import {
  findGatewayByUri,
  findGatewayEvenDeleted,
  findGatewayStates,
  type GatewayRow,
  selectRetentions,
  setMilestone,
} from './store.ts';
import type { GatewayApp, GatewayDependants, GatewayState, Milestone, Receiver } from './types.ts';
import { loadGateway } from './update-gateway.ts';

export { CORE_FIELDS, OPTIONAL_FIELDS } from './fields.ts';
export { requestedScopes } from './scopes.ts';
export { sealedGatewayColumns } from './secrets.ts';
export type {
  GatewayApp,
  GatewayDependants,
  GatewayState,
  Milestone,
  Receiver,
} from './types.ts';

export type Gateways = {
  /**
   * Throws `not_found` for an unknown gateway, and for a deleted one unless `evenDeleted`: jobs
   * that end subscriptions at Meta outlive their gateway by a day.
   */
  loadApp: (gatewayId: string, options?: { evenDeleted?: boolean }) => Promise<GatewayApp>;
  findAppByUri: (uri: string) => Promise<GatewayApp | undefined>;
  /** By the unguessable part of the callback URLs; undefined for an unknown or deleted gateway. */
  findReceiver: (uri: string) => Promise<Receiver | undefined>;
  /** Throws `not_found` for an unknown or deleted gateway. */
  assertExists: (gatewayId: string) => Promise<void>;
  /** Whose app it is and whether it is switched on; deleted gateways have no entry. */
  statesOf: (
    tx: Executor,
    gatewayIds: readonly string[],
  ) => Promise<ReadonlyMap<string, GatewayState>>;
  /** How long each gateway keeps what it received, deleted gateways included. */
  retentions: () => Promise<
    {
      gatewayId: string;
      keepEventsDays: number;
      keepConversationsDays: number | null;
    }[]
  >;
  /** As the API shows it to somebody who may only read. Throws `not_found`. */
  describe: (gatewayId: string) => Promise<Gateway>;
  /** Absolute URL of one of Meta's callbacks, for example `callbackUrl(uri, 'oauth/callback')`. */
  callbackUrl: (uri: string, path: string) => string;
  /** Notes that something was seen for the first time (steps) or now (set-up lines). */
  noteMilestone: (tx: Executor, gatewayId: string, milestone: Milestone) => Promise<void>;
  /** Notes what was seen of the app's settings at Meta, in a transaction of its own. */
  noteSetUp: (gatewayId: string, evidence: SetUpEvidence) => Promise<void>;
  routes: (api: Api) => void;
  workers: readonly Worker[];
};

export type GatewaysDeps = {
  db: Database;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  seal: Seal;
  audit: Audit;
  live: Live<LiveEvent>;
  graph: Graph;
  graphUrl: string;
  publicUrl: string;
  /** Days that raw events are kept where a gateway does not say. */
  retentionDays: number;
  /** What other modules keep for a gateway; they come after this one in the list of modules. */
  dependants: GatewayDependants;
};

const HOUR_MS = 3_600_000;

export function createGateways(deps: GatewaysDeps): Gateways {
  const { db, clock, log, publicUrl } = deps;
  const secrets = createGatewaySecrets(deps.seal);
  const callbackUrl = (uri: string, path: string) => `${publicUrl}/meta/${uri}/${path}`;
  const receivers = createReceiverCache({
    clock,
    read: async (uri) => toReceiver(await findGatewayByUri(db.read, uri), secrets, clock.now()),
  });
  const save: SaveDeps = {
    ...deps,
    secrets,
    callbackUrl,
    meta: createAppAtMeta(deps.graph),
    onChanged(gatewayId: string) {
      receivers.forget();
      deps.live.publish({ type: 'gateway.changed', gatewayId });
    },
  };
  const reading = createGatewayReading({
    ...deps,
    secrets,
    callbackUrl,
    load: (id) => loadGateway(save, id),
  });

  return {
    async loadApp(gatewayId, options = {}) {
      const row = options.evenDeleted
        ? await findGatewayEvenDeleted(db.read, gatewayId)
        : await loadGateway(save, gatewayId);
      if (!row) {
        throw new AppError('not_found', 'There is no such gateway.');
      }
      return toApp(row, secrets);
    },
    async findAppByUri(uri) {
      const row = await findGatewayByUri(db.read, uri);
      return row && toApp(row, secrets);
    },
    async assertExists(gatewayId) {
      await loadGateway(save, gatewayId);
    },
    statesOf,
    retentions: () => readRetentions(deps),
    describe: (gatewayId) => reading.describe(gatewayId),
    findReceiver: (uri) => receivers.find(uri),
    callbackUrl,
    async noteMilestone(tx, gatewayId, milestone) {
      await setMilestone(tx, { id: gatewayId, milestone, now: clock.now() });
    },
    noteSetUp: (gatewayId, evidence) => noteSetUp(save, gatewayId, evidence),
    routes(api) {
      const routeDeps = { save, reading };
      registerGatewayReadRoutes(api, routeDeps);
      registerGatewayWriteRoutes(api, routeDeps);
      registerGatewaySetUpRoutes(api, routeDeps);
    },
    workers: [
      createWorker({
        async step() {
          await endDeleted(save);
          return 0;
        },
        idleMs: HOUR_MS,
        onError: (error) => log.error({ err: error }, 'gateway.cleanup_failed'),
      }),
    ],
  };
}

const statesOf: Gateways['statesOf'] = async (tx, gatewayIds) => {
  const rows = await findGatewayStates(tx, gatewayIds);
  return new Map(
    rows.map((row) => [
      row.id,
      { appId: row.app_id, enabled: row.enabled === 1, humanAgent: row.human_agent === 1 },
    ]),
  );
};

async function readRetentions({ db, retentionDays }: Pick<GatewaysDeps, 'db' | 'retentionDays'>) {
  const rows = await selectRetentions(db.read);
  return rows.map((row) => ({
    gatewayId: row.id,
    keepEventsDays: row.keep_events_days ?? retentionDays,
    keepConversationsDays: row.keep_conversations_days,
  }));
}

function toApp(row: GatewayRow, secrets: GatewaySecrets): GatewayApp {
  return {
    id: row.id,
    name: row.name,
    uri: row.uri,
    appId: row.app_id,
    appSecret: secrets.appSecret(row),
    apiVersion: row.api_version,
    loginConfigId: row.login_config_id,
    findBusinessPages: row.find_business_pages === 1,
    importMissedMessages: row.import_missed_messages === 1,
    subscribeNewPages: row.subscribe_new_pages === 1,
    enabled: row.enabled === 1,
  };
}

function toReceiver(
  row: GatewayRow | undefined,
  secrets: GatewaySecrets,
  now: number,
): Receiver | undefined {
  const verifyToken = row && secrets.verifyToken(row);
  return verifyToken
    ? {
        gatewayId: row.id,
        enabled: row.enabled === 1,
        verifyToken,
        appSecrets: secrets.accepted(row, now),
      }
    : undefined;
}
