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
import { migrations } from './migrations/index.ts';
import { type Audit, createAudit } from './modules/audit/index.ts';
import { type Auth, createAuth } from './modules/auth/index.ts';
import { createGateways } from './modules/gateways/index.ts';
import { createGraph } from './modules/graph/index.ts';
import { createIngest } from './modules/ingest/index.ts';
import type { Clock } from './platform/clock.ts';
import { type Database, openDatabase } from './platform/db/index.ts';
import { serveAdminSite } from './platform/http/admin-site.ts';
import type { Api } from './platform/http/api.ts';
import { describeApi, serveApiDescription } from './platform/http/openapi.ts';
import { createHttpServer } from './platform/http/server.ts';
import { createIds, type Ids } from './platform/ids.ts';
import { createLive } from './platform/live.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import { createSeal, type Seal } from './platform/seal.ts';
import { Secret } from './platform/secret.ts';
import { streamLiveEvents } from './stream.ts';

const ADMIN_FOLDER = fileURLToPath(new URL('../../admin/dist', import.meta.url));
const VERSION = '0.1.0';

/** What comes from outside the process, so that tests can hold it. */
export type Surroundings = { readonly clock: Clock; readonly random: Random; readonly log: Log };

/** The parts that the command line needs too: storage, people, the audit log; nothing listens. */
export type Core = {
  readonly db: Database;
  readonly ids: Ids;
  readonly seal: Seal;
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
  const auth = createAuth({
    db,
    clock,
    ids,
    random,
    log,
    audit,
    publicUrl: config.PUBLIC_URL,
    sessionSecret: new Secret(deriveKey(secretKey, 'sessions').toString('hex')),
  });
  const seal = createSeal([deriveKey(secretKey, 'sealing')], random);
  return { db, ids, seal, audit, auth, close: () => db.close() };
}

export type App = {
  readonly core: Core;
  readonly http: FastifyInstance;
  /** Listens and starts the workers. Throws EADDRINUSE when the port is taken. */
  start: () => Promise<{ url: string; setUpLink: string | undefined }>;
  /** Stops taking requests, finishes what is under way, then closes the database. */
  stop: () => Promise<void>;
};

export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { clock, random, log } = surroundings;
  const core = await openCore(config, surroundings);
  const { db, ids, seal, audit, auth } = core;
  const publicUrl = config.PUBLIC_URL;
  const live = createLive<LiveEvent>(clock.now());
  const dispatcher = new Agent({ connections: 16, keepAliveTimeout: 30_000 });
  const graph = createGraph({
    dispatcher,
    clock,
    log,
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    dialogUrl: config.CHATGATE_META_DIALOG_URL,
  });
  const gateways = createGateways({
    db,
    clock,
    ids,
    random,
    log,
    seal,
    audit,
    live,
    graph,
    publicUrl,
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    dependants: {
      counts: async () => new Map(),
      deletion: async () => ({ pages: 0, receiving: 0, grants: 0, conversations: 0 }),
      onDeleting: async () => {},
    },
  });
  const ingest = createIngest({ db, clock, ids, log, gateways });
  const http = createHttpServer({
    ids,
    log,
    trustedProxies: splitList(config.CHATGATE_TRUSTED_PROXIES),
  });
  ingest.callbacks(http);
  await registerHttp(http, {
    core,
    config,
    surroundings,
    live,
    routes: [auth.routes, gateways.routes],
  });
  const workers = [...gateways.workers];

  return {
    core,
    http,
    async start() {
      if (config.CHATGATE_ADMIN_EMAIL !== '') {
        await auth.firstAdministrator.ensure({
          email: config.CHATGATE_ADMIN_EMAIL,
          password: config.CHATGATE_ADMIN_PASSWORD,
        });
      }
      const url = await http.listen({ host: config.HOST, port: config.PORT });
      for (const worker of workers) {
        worker.start();
      }
      const isNew = await auth.firstAdministrator.isNeeded();
      return { url, setUpLink: isNew ? await auth.firstAdministrator.printableLink() : undefined };
    },
    async stop() {
      await http.close();
      await ingest.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await dispatcher.close();
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
    live: ReturnType<typeof createLive<LiveEvent>>;
    routes: readonly ((api: Api) => void)[];
  },
): Promise<void> {
  const { core, config, surroundings, live, routes } = parts;
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
  await describeApi(http, { version: VERSION });
  await http.register(
    (scope, _options, done) => {
      const api = scope.withTypeProvider() as Api;
      core.auth.guard(scope);
      for (const register of routes) {
        register(api);
      }
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
