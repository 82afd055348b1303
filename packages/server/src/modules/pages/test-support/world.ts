import {
  BUILT_IN_ROLES,
  type BuiltInRole,
  type LiveEvent,
  type PageList,
} from '@chatgate/contract';
import { createEmulator, type Emulator, type EmulatorOptions } from '@chatgate/meta-emulator';
import { type FastifyInstance, fastify } from 'fastify';
import { sql } from 'kysely';
import { Agent } from 'undici';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { assertOutsideTransaction } from '../../../platform/db/guard.ts';
import type { Database } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { handleErrors } from '../../../platform/http/errors.ts';
import { createPictures } from '../../../platform/http/pictures.ts';
import { createIds } from '../../../platform/ids.ts';
import { createLive } from '../../../platform/live.ts';
import { createLog, silentLog } from '../../../platform/log.ts';
import { createOutgoingHttp } from '../../../platform/outgoing-http/index.ts';
import { systemRandom } from '../../../platform/random.ts';
import { createSeal } from '../../../platform/seal.ts';
import { Secret } from '../../../platform/secret.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { withOutages } from '../../../test-support/outage.ts';
import { createAudit } from '../../audit/index.ts';
import type { Actor } from '../../auth/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import { createGraph } from '../../graph/index.ts';
import { createPages, type Pages, type PagesDeps } from '../index.ts';
import { sealedPageColumns } from '../tables.ts';

const APP_ID = '280011223344556';
export const URI = 'uri-of-the-gateway-0';
/** Another gateway's. */
export const OTHER_URI = 'uri-of-the-gateway-1';
const OTHER_ID = 'gw_2';
export const OLENA = 'olena@example.test';
export const MARCUS = 'marcus@example.test';
export const AISHA = 'aisha@example.test';
export const BAKERY = '1080000000000101';
export const BOOKS = '1080000000000102';
/** Accepted beside the App secret, as while one takes the place of the other. */
export const PREVIOUS_SECRET = 'previous_app_secret';
const PUBLIC_URL = 'http://127.0.0.1:8080';

export const actorOf = (role: BuiltInRole, kind: Actor['kind'] = 'person'): Actor => ({
  kind,
  id: `${kind}_${role}`,
  name: `The ${role}`,
  email: null,
  role: { id: role, name: role },
  permissions: new Set(BUILT_IN_ROLES[role].permissions),
  ownerId: null,
});

const closing: (() => Promise<unknown>)[] = [];
let emptied: Database;

/** To be called by every test file: test files share modules, hooks they do not. */
export function prepareWorlds(): void {
  beforeAll(async () => {
    emptied = await testDatabase();
  });
  beforeEach(() =>
    emptied.transaction(async (tx) => {
      for (const table of TABLES) {
        await sql`delete from ${sql.table(table)}`.execute(tx);
      }
    }),
  );
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) {
      await close();
    }
  });
}

const TABLES = [
  'data_deletion',
  'page_grant',
  'page_account',
  'page_unsubscription',
  'refused_field',
  'refresh_job',
  'bulk_item',
  'bulk_job',
  'connect_attempt',
  'connect_invite_session',
  'connect_invite',
  'page',
  'gateway',
  'audit_link',
  'audit_detail',
  'audit_head',
  'try_count',
];

type Options = {
  readonly seed?: EmulatorOptions['seed'];
  readonly gateway?: Partial<GatewayApp>;
  readonly publicUrl?: string;
};

/** One gateway on a database of its own, before the emulator; the clock stands still. */
export async function startWorld(options: Options = {}) {
  const clock = { at: 1_795_350_000_000, now: () => clock.at };
  const emulator = createEmulator({
    clock,
    fetch: async () => new Response('ok'),
    sleep: async () => {},
    ...(options.seed ? { seed: options.seed } : {}),
  });
  const { url } = await emulator.start();
  closing.push(() => emulator.stop());
  const { database: db, plan: outages } = withOutages(emptied);
  const app = gatewayOf(emulator, options.gateway);
  await insertGateway(db, app);
  const shared = { clock, db, app, url, publicUrl: options.publicUrl ?? PUBLIC_URL };
  const node = await startNode(shared);
  return {
    ...node,
    emulator,
    clock,
    db,
    /** Of the next transactions. */
    outages,
    app,
    /** A second process on the same database. */
    startNode: () => startNode(shared),
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

function gatewayOf(emulator: Emulator, changes: Partial<GatewayApp> = {}): GatewayApp {
  const secret = emulator.state.apps[APP_ID]?.secret ?? '';
  return {
    id: 'gw_1',
    name: 'Shop',
    uri: URI,
    appId: APP_ID,
    appSecret: new Secret(secret),
    apiVersion: 'v26.0',
    loginConfigId: null,
    findBusinessPages: false,
    importMissedMessages: false,
    subscribeNewPages: false,
    enabled: true,
    ...changes,
  };
}

async function insertGateway(db: Database, app: GatewayApp): Promise<void> {
  await db.transaction(async (tx) => {
    await sql`insert into gateway (id, name, uri, provider, app_id, app_secret_changed_at,
      find_business_pages, import_missed_messages, subscribe_new_pages, enabled, webhook_state,
      confirmations, version, created_at, updated_at)
      values (${app.id}, ${app.name}, ${app.uri}, 'messenger', ${app.appId}, 1, 0, 0, 0, 1,
        'registered', '{}', 1, 1, 1)`.execute(tx);
  });
}

type Shared = {
  clock: { now: () => number };
  db: Database;
  app: GatewayApp;
  url: string;
  publicUrl: string;
};

/** The way to Meta, which tests can hold up. */
function createGate() {
  const agent = new Agent();
  closing.push(() => agent.destroy());
  let hold: ((body: string) => Promise<void>) | undefined;
  const dispatcher = agent.compose((dispatch) => (request, handler) => {
    // Every test of this module fails that calls Meta inside a transaction.
    assertOutsideTransaction();
    if (!hold) {
      return dispatch(request, handler);
    }
    void hold(String(request.body ?? '')).then(() => dispatch(request, handler));
    return true;
  });
  return {
    dispatcher,
    /** Lets something happen right before the next call to Meta whose body contains this text. */
    beforeCall(text: string, happening: () => Promise<unknown>) {
      hold = async (body) => {
        if (body.includes(text)) {
          hold = undefined;
          await happening();
        }
      };
    },
  };
}

const seal = createSeal({
  keys: [Buffer.alloc(32, 1)],
  columns: sealedPageColumns,
  random: systemRandom,
});

async function startNode({ clock, db, app, url, publicUrl }: Shared) {
  const { dispatcher, beforeCall } = createGate();
  const ids = createIds({ clock, random: systemRandom });
  const log = collectLog();
  const hints: LiveEvent[] = [];
  const setUp: object[] = [];
  const live = createLive<LiveEvent>({ stream: 'test', resync: { type: 'resync' } });
  live.listen({ lastId: undefined, listener: (_id, hint) => hints.push(hint), onGap() {} });
  const outgoing = createOutgoingHttp({ allow: ['127.0.0.1/32'] });
  closing.push(() => outgoing.close());
  const graph = createGraph({
    dispatcher,
    clock,
    graphUrl: url,
    dialogUrl: url,
    log: silentLog,
    sleep: async () => {},
    timeoutMs: 2_000,
  });
  let signedIn: Actor | undefined = actorOf('administrator');
  const deps: PagesDeps = {
    db,
    clock,
    ids,
    random: systemRandom,
    seal,
    log: log.log,
    graph,
    gateways: fakeGateways({ app, publicUrl, setUp }),
    audit: createAudit({ db, clock, ids, chainKey: Buffer.alloc(32, 7) }),
    live,
    publicUrl,
    erasureKey: Buffer.alloc(32, 9),
    ...{ authenticate: async () => signedIn, mayConnect: async () => true },
    pictures: createPictures({ fetchGuarded: outgoing.fetch, log: log.log }),
  };
  const pages = createPages(deps);
  const server = await serve({ pages, publicUrl, authenticate: async () => signedIn });
  closing.push(() => server.close());
  const api = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
    const reply = await server.inject({
      method,
      url: `/api/v1/gateways/${app.id}${path}`,
      ...(body ? { payload: body } : {}),
    });
    const isJson = String(reply.headers['content-type']).startsWith('application/json');
    return { status: reply.statusCode, body: isJson ? reply.json() : null, reply };
  };
  const drain = async () => {
    for (const worker of pages.workers) {
      await worker.drain();
    }
  };
  return {
    pages,
    deps,
    graph,
    server,
    api,
    drain,
    beforeCall,
    hints,
    /** What was seen of the app's settings at Meta. */
    setUp,
    lines: log.lines,
    signIn(actor: Actor | undefined) {
      signedIn = actor;
    },
    list: async (query = ''): Promise<PageList> => (await api('GET', `/pages${query}`)).body,
  };
}

export type Node = Awaited<ReturnType<typeof startNode>>;

/** The face of the gateways module as far as Pages need it; its own tests are elsewhere. */
function fakeGateways({
  app,
  publicUrl,
  setUp,
}: {
  app: GatewayApp;
  publicUrl: string;
  setUp: object[];
}): PagesDeps['gateways'] {
  return {
    async loadApp(id) {
      if (id === OTHER_ID) {
        return { ...app, id, uri: OTHER_URI, name: 'Other' };
      }
      if (id !== app.id) {
        throw new AppError('not_found', 'There is no such gateway.');
      }
      return app;
    },
    async findAppByUri(uri) {
      const other = { ...app, id: OTHER_ID, uri: OTHER_URI };
      return [app, other].find((candidate) => candidate.uri === uri);
    },
    async findReceiver(uri) {
      const found = await this.findAppByUri(uri);
      const appSecrets = [app.appSecret, new Secret(PREVIOUS_SECRET)];
      const verifyToken = new Secret('verify');
      return found && { gatewayId: found.id, enabled: true, verifyToken, appSecrets };
    },
    callbackUrl: (uri, path) => `${publicUrl}/meta/${uri}/${path}`,
    noteSetUp: async (id, evidence) => void setUp.push({ id, ...evidence }),
    async noteMilestone(tx, id, milestone) {
      await sql`update gateway set ${sql.ref(milestone)} = 1 where id = ${id}`.execute(tx);
    },
  };
}

/** As the auth module guards the routes; its own tests are elsewhere. */
function guard(scope: FastifyInstance, authenticate: () => Promise<Actor | undefined>): void {
  scope.decorateRequest('actor', null);
  scope.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === 'public') {
      return;
    }
    if (typeof access !== 'object') {
      throw new Error('This route does not say who may use it.');
    }
    const actor = await authenticate();
    if (!actor) {
      throw new AppError('unauthenticated', 'Sign in first.');
    }
    const held = new Set<string>(actor.permissions);
    const has = (action: string) => held.has(`${access.section}:${action}`);
    const missing =
      has('access') && access.anyOf.some(has) ? undefined : `${access.section}:${access.anyOf[0]}`;
    if (missing) {
      throw new AppError('forbidden', 'A permission is missing.', { details: { missing } });
    }
    request.actor = actor;
  });
}

async function serve(options: {
  pages: Pages;
  publicUrl: string;
  authenticate: () => Promise<Actor | undefined>;
}): Promise<FastifyInstance> {
  const server = fastify({
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
    routerOptions: { maxParamLength: 200 },
  });
  handleErrors(server, { log: silentLog, undeclared: 'refuse' });
  await server.register(
    async (scope) => {
      guard(scope, options.authenticate);
      options.pages.routes(scope);
    },
    { prefix: '/api/v1' },
  );
  await server.register(async (scope) => options.pages.callbacks(scope), {
    prefix: '/meta/:uri',
  });
  return server;
}

function collectLog() {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, lines };
}

const keyOf = (pageId: string) => `${pageId}:${APP_ID}`;

/** As if the Page had been connected to another gateway of the same installation. */
export async function moveToOtherGateway({ db, app }: World, pageId: string): Promise<void> {
  const other = { ...app, id: OTHER_ID, uri: OTHER_URI, appId: '280011223344557', name: 'Other' };
  await insertGateway(db, other);
  await db.transaction(async (tx) => {
    await sql`delete from page_grant where page_id = ${pageId}`.execute(tx);
    await sql`update page set gateway_id = ${OTHER_ID} where page_id = ${pageId}`.execute(tx);
  });
}

/** The fields that Meta's stand-in holds for a Page; undefined when the app is not on it. */
export const fieldsAtMeta = ({ emulator }: World, pageId: string) =>
  emulator.state.pageSubscriptions[keyOf(pageId)];

/** Sets them, as another system would that uses the same app. */
export function setFieldsAtMeta(world: World, pageId: string, fields: string[]): void {
  world.emulator.state.pageSubscriptions[keyOf(pageId)] = fields;
}
