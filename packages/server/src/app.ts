/**
 * The composition root: makes every part once, hands each what it needs, and starts and stops them
 * in order. Nothing else imports the modules together.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveEvent } from '@chatgate/contract';
import type { FastifyInstance } from 'fastify';
import { Agent } from 'undici';
import { type Config, splitList } from './config/config.ts';
import { deriveKey, loadSecretKey } from './config/secret-key.ts';
import { createMeasures } from './measures.ts';
import { migrations } from './migrations/index.ts';
import { type Attachments, createAttachments } from './modules/attachments/index.ts';
import { type Audit, createAudit } from './modules/audit/index.ts';
import { type Auth, createAuth } from './modules/auth/index.ts';
import { createProfileQuestion } from './modules/conversations/ask-profile.ts';
import { type Conversations, createConversations } from './modules/conversations/index.ts';
import { createDelivery, type Delivery, type DeliveryDeps } from './modules/delivery/index.ts';
import { createGateways, type GatewayDependants } from './modules/gateways/index.ts';
import { createGraph } from './modules/graph/index.ts';
import { createHealth } from './modules/health/index.ts';
import { createIngest, type Ingest } from './modules/ingest/index.ts';
import { createOutbound, type Outbound } from './modules/outbound/index.ts';
import { createPages, type Pages } from './modules/pages/index.ts';
import { openFileStores } from './open-file-stores.ts';
import type { Clock } from './platform/clock.ts';
import { type Database, openDatabase } from './platform/db/index.ts';
import { serveAdminSite } from './platform/http/admin-site.ts';
import type { Api } from './platform/http/api.ts';
import { describeApi, serveApiDescription } from './platform/http/openapi.ts';
import { createPictures } from './platform/http/pictures.ts';
import { createHttpServer } from './platform/http/server.ts';
import { createIds, type Ids } from './platform/ids.ts';
import { createLive } from './platform/live.ts';
import type { Log } from './platform/log.ts';
import { createMailer } from './platform/mail/index.ts';
import {
  createMetrics,
  listenForScrapes,
  type Metrics,
  type ScrapeServer,
} from './platform/metrics/index.ts';
import { createOutgoingHttp } from './platform/outgoing-http/index.ts';
import { createNatsPublisher, type NatsPublisher } from './platform/queue/nats.ts';
import { type Random, randomToken } from './platform/random.ts';
import { createSeal, type Seal } from './platform/seal.ts';
import { Secret } from './platform/secret.ts';
import { streamLiveEvents } from './stream.ts';

const ADMIN_FOLDER = fileURLToPath(new URL('../../admin/dist', import.meta.url));
const VERSION = '0.1.0';
const PROJECTOR_TOPIC = 'projector';
const DAY_MS = 86_400_000;

/** What comes from outside the process, so that tests can hold it. */
export type Surroundings = { readonly clock: Clock; readonly random: Random; readonly log: Log };

/** The parts that the command line needs too: storage, people, the audit log; nothing listens. */
export type Core = {
  readonly db: Database;
  readonly ids: Ids;
  readonly seal: Seal;
  /** For hashes of erased people. */
  readonly erasureKey: Buffer;
  readonly audit: Audit;
  readonly auth: Auth;
  readonly close: () => Promise<void>;
};

/** Opens the database, brings its schema up to date, and makes what is built on it alone. */
export async function openCore(config: Config, surroundings: Surroundings): Promise<Core> {
  const { clock, random, log } = surroundings;
  const secretKey = loadSecretKey(config, random);
  const db = await openDatabase({
    url: config.DATABASE_URL,
    file: join(config.DATA_DIR, 'chatgate.db'),
  });
  await db.migrate(migrations);
  const ids = createIds({ clock, random });
  const audit = createAudit({ db, clock, ids, chainKey: deriveKey(secretKey, 'audit chain') });
  await audit.takeOver();
  const auth = createAuth({
    db,
    clock,
    ids,
    random,
    log,
    audit,
    mailer: createMailer({
      url: config.CHATGATE_SMTP_URL === '' ? undefined : new Secret(config.CHATGATE_SMTP_URL),
      from: config.CHATGATE_MAIL_FROM,
      log,
    }),
    publicUrl: config.PUBLIC_URL,
    sessionSecret: new Secret(deriveKey(secretKey, 'sessions').toString('hex')),
  });
  const seal = createSeal([deriveKey(secretKey, 'sealing')], random);
  const erasureKey = deriveKey(secretKey, 'erased people');
  return { db, ids, seal, erasureKey, audit, auth, close: () => db.close() };
}

export type App = {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly http: FastifyInstance;
  /** Listens and starts the workers. Throws EADDRINUSE when the port is taken. */
  start: () => Promise<{ url: string; setUpLink: string | undefined }>;
  /** Lets every worker finish what is due now; tests call this instead of waiting. */
  drain: () => Promise<void>;
  /** Stops taking requests, finishes what is under way, then closes the database. */
  stop: () => Promise<void>;
};

/** What later modules keep for a gateway; asked for only after all of them are made. */
function dependantsOfGateways(
  later: () => { pages: Pages; conversations: Conversations },
): GatewayDependants {
  return {
    async counts(executor, gatewayIds) {
      const { pages, conversations } = later();
      const pageCounts = await pages.counts(executor, gatewayIds);
      const unknown = await conversations.countUnknownPages(executor, gatewayIds);
      return new Map(
        [...pageCounts].map(([id, counts]) => [
          id,
          { pages: counts, unknownPages: unknown.get(id) ?? 0 },
        ]),
      );
    },
    async deletion(executor, gatewayId) {
      const { pages, conversations } = later();
      const ends = await pages.deletion(executor, gatewayId);
      const counts = await conversations.countConversations(executor, [gatewayId]);
      return { ...ends, conversations: counts.get(gatewayId) ?? 0 };
    },
    onDeleting: (tx, gatewayId) => later().pages.onDeleting(tx, gatewayId),
  };
}

/** The modules, each made of what it needs; what points down the list of modules is wired here. */
function createModules(config: Config, surroundings: Surroundings, core: Core) {
  const { clock, random, log } = surroundings;
  const { db, ids, seal, erasureKey, audit, auth } = core;
  const publicUrl = config.PUBLIC_URL;
  const live = createLive<LiveEvent>({
    stream: randomToken(random, 64),
    resync: { type: 'resync' },
    relay: db.signals,
  });
  const dispatcher = new Agent({ connections: 16, keepAliveTimeout: 30_000 });
  const graph = createGraph({
    dispatcher,
    clock,
    log,
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    dialogUrl: config.CHATGATE_META_DIALOG_URL,
  });
  const gateways = createGateways({
    ...{ db, clock, ids, random, log, seal, audit, live, graph, publicUrl },
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    retentionDays: config.CHATGATE_RETENTION_DAYS,
    dependants: dependantsOfGateways(() => ({ pages, conversations })),
  });
  const outgoing = createOutgoingHttp({ allow: splitList(config.CHATGATE_OUTGOING_ALLOW) });
  const pictures = createPictures({ fetchGuarded: outgoing.fetch, log });
  const pages = createPages({
    db,
    clock,
    ids,
    random,
    seal,
    log,
    graph,
    gateways,
    audit,
    live,
    publicUrl,
    erasureKey,
    authenticate: auth.authenticate,
    pictures,
  });
  const attachments = createAttachments({
    ...{ db, clock, ids, log, audit, live },
    receive: outgoing.receive,
    ...openFileStores(config, dispatcher),
  });
  const ingest = createIngest({ db, clock, ids, log, gateways });
  const conversations = createConversations({
    ...{ db, clock, ids, log, live, ingest, gateways, pages, pictures, attachments },
    ...{ audit, erasureKey },
    readProfile: createProfileQuestion({ graph, pages }),
    async onProjected(tx, events) {
      await outbound.onProjected(tx, events);
      await delivery.onProjected(tx, events);
    },
    wakeOtherProjectors: () => db.signals.send(PROJECTOR_TOPIC),
    onCommitted: () => delivery.wake(),
  });
  const { delivery, nats } = createLeaving(config, surroundings, {
    ...core,
    ...{ live, outgoing, gateways, conversations },
  });
  const outbound = createOutbound({
    ...{ db, clock, ids, log, live, audit, graph, gateways, pages, conversations },
  });
  const health = createHealth({ db, clock, ids, log, gateways, pages });
  wire({ db, pages, ingest, conversations, delivery, attachments });
  auth.onChanged(() => live.publish({ type: 'access.changed' }));
  return {
    ...{ live, gateways, pages, health, ingest, attachments, conversations, delivery },
    ...{ outbound, nats, dispatcher, outgoing },
  };
}

/** What a module tells those that come after it in the list. */
function wire(modules: {
  db: Database;
  pages: Pages;
  ingest: Ingest;
  conversations: Conversations;
  delivery: Delivery;
  attachments: Attachments;
}): void {
  const { db, pages, ingest, conversations, delivery, attachments } = modules;
  pages.onAdopted(async (tx, { gatewayId, pageIds }) => {
    for (const pageId of pageIds) {
      await conversations.onAdopted(tx, gatewayId, pageId);
    }
  });
  conversations.onErased(async (tx, erased) => {
    await pages.onErased(tx, erased);
    if (erased.kind === 'conversation') {
      const conversationIds = [erased.conversationId];
      await delivery.eraseConversations(tx, conversationIds);
      await attachments.erase(tx, { conversationIds });
    }
  });
  const { projector } = conversations.workers;
  ingest.onStored(projector.wake);
  db.signals.listen(PROJECTOR_TOPIC, { heard: projector.wake, missed: projector.wake });
}

/** How events leave: the module `delivery`, and NATS where the operator has it. */
function createLeaving(
  config: Config,
  { clock, random, log }: Surroundings,
  parts: Core & Pick<DeliveryDeps, 'live' | 'outgoing' | 'gateways' | 'conversations'>,
): { delivery: Delivery; nats: NatsPublisher | undefined } {
  const stream = config.CHATGATE_NATS_STREAM;
  const nats =
    config.NATS_URL === ''
      ? undefined
      : createNatsPublisher({ url: config.NATS_URL, stream, subjects: 'chatgate.>', log });
  const delivery = createDelivery({
    ...parts,
    ...{ clock, random, log, nats, natsStream: stream },
    natsSyncAlways: config.CHATGATE_NATS_SYNC === 'always',
    retentionMs: config.CHATGATE_DELIVERY_RETENTION_DAYS * DAY_MS,
    disableAfterMs: config.CHATGATE_DELIVERY_DISABLE_AFTER_DAYS * DAY_MS,
  });
  return { delivery, nats };
}

export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { log } = surroundings;
  const core = await openCore(config, surroundings);
  const { auth, ids } = core;
  const modules = createModules(config, surroundings, core);
  const { gateways, pages, health, ingest, attachments, conversations, delivery } = modules;
  const http = createHttpServer({
    ids,
    log,
    trustedProxies: splitList(config.CHATGATE_TRUSTED_PROXIES),
  });
  ingest.callbacks(http);
  await registerHttp(http, { core, config, surroundings, modules });
  const workers = [
    ...gateways.workers,
    ...pages.workers,
    ...Object.values(conversations.workers),
    ...Object.values(modules.outbound.workers),
    ...attachments.workers,
    ...delivery.workers,
    ...health.workers,
  ];

  const metrics = createMetrics({ measures: createMeasures({ db: core.db, ...modules }), log });
  let scrapes: ScrapeServer | undefined;

  return {
    core,
    metrics,
    http,
    async start() {
      if (config.CHATGATE_ADMIN_EMAIL !== '') {
        await auth.firstAdministrator.ensure({
          email: config.CHATGATE_ADMIN_EMAIL,
          password: config.CHATGATE_ADMIN_PASSWORD,
        });
      }
      const url = await http.listen({ host: config.HOST, port: config.PORT });
      if (config.CHATGATE_METRICS_PORT !== 0) {
        const { CHATGATE_METRICS_HOST: host, CHATGATE_METRICS_PORT: port } = config;
        scrapes = await listenForScrapes({ host, port, scrape: metrics.scrape, log });
      }
      for (const worker of workers) {
        worker.start();
      }
      const isNew = await auth.firstAdministrator.isNeeded();
      return { url, setUpLink: isNew ? await auth.firstAdministrator.printableLink() : undefined };
    },
    async drain() {
      for (const worker of workers) {
        await worker.drain();
      }
      await auth.settle();
    },
    async stop() {
      await http.close();
      await scrapes?.close();
      await ingest.stop();
      await auth.settle();
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all([
        modules.dispatcher.close(),
        modules.outgoing.close(),
        modules.nats?.close(),
      ]);
      await core.close();
    },
  };
}

/** Every address the server answers at, in one place. */
async function registerHttp(
  http: FastifyInstance,
  parts: {
    core: Core;
    config: Config;
    surroundings: Surroundings;
    modules: ReturnType<typeof createModules>;
  },
): Promise<void> {
  const { core, config, surroundings, modules } = parts;
  const { live, gateways, pages, attachments, conversations, delivery, outbound } = modules;
  let closing = false;
  http.addHook('preClose', async () => {
    closing = true;
  });
  http.get('/healthz', async () => ({ ok: true }));
  http.get('/readyz', async (_request, reply) => {
    if (closing) {
      return reply.code(503).send({ ok: false, reason: 'stopping' });
    }
    try {
      await core.db.assertWritable();
      return { ok: true };
    } catch (error) {
      surroundings.log.error({ err: error }, 'readiness.failed');
      return reply.code(503).send({ ok: false, reason: 'database' });
    }
  });
  await http.register(
    (scope, _options, done) => {
      pages.callbacks(scope);
      done();
    },
    { prefix: '/meta/:uri' },
  );
  await describeApi(http, { version: VERSION });
  await http.register(
    (scope, _options, done) => {
      const api = scope.withTypeProvider() as Api;
      core.auth.guard(scope);
      core.auth.routes(api);
      core.audit.routes(api);
      gateways.routes(api);
      pages.routes(api);
      modules.health.routes(api);
      conversations.routes(api);
      modules.outbound.routes(api);
      attachments.routes(api);
      delivery.routes(api);
      streamLiveEvents(api, { live, authenticate: core.auth.authenticate });
      api.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () =>
        http.swagger(),
      );
      done();
    },
    { prefix: '/api/v1' },
  );
  await serveApiDescription(http);
  if (existsSync(join(ADMIN_FOLDER, 'index.html'))) {
    await serveAdminSite(http, {
      folder: ADMIN_FOLDER,
      random: surroundings.random,
      https: config.PUBLIC_URL.startsWith('https://'),
      isWindow: (path) => path.startsWith('/connect/'),
    });
  }
}
