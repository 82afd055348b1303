import { createHmac } from 'node:crypto';
import {
  type ConversationList,
  type LiveEvent,
  type MessageList,
  PERMISSIONS,
  type Permission,
} from '@chatgate/contract';
import { type FastifyInstance, fastify } from 'fastify';
import { sql } from 'kysely';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import { handleErrors } from '../../../platform/http/errors.ts';
import { createIds } from '../../../platform/ids.ts';
import { type Log, silentLog } from '../../../platform/log.ts';
import { systemRandom } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';
import type { Tracing } from '../../../platform/tracing/index.ts';
import type { WantedFile } from '../../attachments/index.ts';
import { createAudit } from '../../audit/index.ts';
import type { Actor } from '../../auth/index.ts';
import { createIngest } from '../../ingest/index.ts';
import {
  type Conversations,
  type ConversationsDeps,
  createConversations,
  type ProfileReading,
} from '../index.ts';

const PERSON: Actor = {
  ...{ kind: 'person', id: 'u_1', name: 'Ada', email: 'ada@example.test' },
  ...{ role: { id: 'administrator', name: 'Administrator' }, permissions: new Set() },
  ownerId: null,
};
const GATEWAY = 'gw_test';
const URI = 'uri-of-the-gateway';
const APP_SECRET = 'test_app_secret';
const APP_ID = '1234';
/** The time in the fixtures, a little later. */
export const NOW = 1_795_350_100_000;

/** Making a schema takes PostgreSQL half a second; a file of tests has one and empties it. */
export async function emptyTables(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    for (const table of [
      ...['message_deletion', 'message_edit', 'message_reaction', 'message', 'conversation'],
      ...['contact', 'event', 'lease', 'erasure', 'audit_link', 'audit_detail', 'audit_head'],
    ]) {
      await sql`delete from ${sql.table(table)}`.execute(tx);
    }
  });
}

/** What a test sets by hand. */
function createWorld() {
  return {
    enabled: true,
    /** Page id → receiving on. A Page that is not here is unknown. */
    pages: new Map([
      ['1001', true],
      ['1002', true],
    ]),
    retention: { keepEventsDays: 90, keepConversationsDays: null as number | null },
    profile: (): Promise<ProfileReading> => Promise.resolve({ kind: 'not_shared' }),
  };
}

export type Bench = Awaited<ReturnType<typeof createBench>>;

/**
 * Ingest and conversations on a real database, with a fixed clock, and with gateways and Pages that
 * a test sets by hand. Nothing runs in the background: tests drain the workers.
 */
export async function createBench(
  db: Database,
  options: {
    log?: Log;
    onProjected?: ConversationsDeps['onProjected'];
    ingestDb?: Database;
    tracing?: Tracing | undefined;
    /** Another module on top of this one; gives its routes. */
    more?: (parts: { deps: ConversationsDeps; conversations: Conversations }) => (api: Api) => void;
  } = {},
) {
  const time = { now: NOW };
  const clock: Clock = { now: () => time.now };
  const log = options.log ?? silentLog;
  const world = createWorld();
  const seen = nothingSeen();
  const ids = createIds({ clock, random: systemRandom });
  const shared = { clock, log, ids, tracing: options.tracing };
  const ingest = createIngest({
    ...shared,
    db: options.ingestDb ?? db,
    gateways: receiver(),
  });
  const deps: ConversationsDeps = {
    ...shared,
    db,
    ingest,
    live: { publish: (hint) => void seen.hints.push(hint) },
    gateways: {
      statesOf: async () => new Map([[GATEWAY, { appId: APP_ID, enabled: world.enabled }]]),
      async assertExists(id) {
        if (id !== GATEWAY) {
          throw new AppError('not_found', 'No such gateway.');
        }
      },
      noteMilestone: async (_tx, _id, milestone) => void seen.milestones.push(milestone),
      retentions: async () => [{ gatewayId: GATEWAY, ...world.retention }],
    },
    pages: {
      receivingOf: async (_tx, _id, pageIds) =>
        new Map(
          pageIds.map((id) => [
            id,
            { known: world.pages.has(id), wanted: world.pages.get(id) === true },
          ]),
        ),
      noteEvents: async (_tx, _id, notes) => {
        seen.notes.push(...[...notes].map(([pageId, note]) => ({ pageId, ...note })));
      },
      pageNames: async (_db, pages) =>
        new Map(pages.map(({ gatewayId, pageId }) => [`${gatewayId}/${pageId}`, 'Bakery'])),
    },
    audit: createAudit({ ...shared, db, chainKey: Buffer.alloc(32, 7) }),
    erasureKey: Buffer.alloc(32, 9),
    attachments: recordedFiles(seen),
    pictures: { send: async (reply, url) => reply.type('image/png').send(`at ${url}`) },
    readProfile: () => world.profile(),
    ...(options.onProjected ? { onProjected: options.onProjected } : {}),
  };
  const conversations = createConversations(deps);
  const app = fastify();
  handleErrors(app, { log, undeclared: 'refuse' });
  ingest.callbacks(app);
  const moreRoutes = options.more?.({ deps, conversations });
  const allowed = registerApi(app, (api) => {
    conversations.routes(api);
    moreRoutes?.(api);
  });
  await app.ready();
  return { ...{ time, world, seen, ingest, conversations, deps, app, db, allowed }, ...calls(app) };
}

/** What the parts around it were told. */
const nothingSeen = () => ({
  hints: [] as LiveEvent[],
  milestones: [] as string[],
  files: [] as WantedFile[],
  wakes: 0,
  erased: [] as { messageIds: readonly string[] }[],
  notes: [] as { pageId: string; lastEventAt: number | null; ignoredWhileOff: number }[],
});

/** Notes what is to be kept and erased; the real one has tests of its own. */
const recordedFiles = (seen: {
  files: WantedFile[];
  wakes: number;
  erased: { messageIds: readonly string[] }[];
}): ConversationsDeps['attachments'] => ({
  async keep(_tx, wanted) {
    seen.files.push(...wanted);
  },
  wake() {
    seen.wakes += 1;
  },
  filesOf: async () => new Map(),
  async erase(_tx, which) {
    if ('messageIds' in which) {
      seen.erased.push(which);
    }
    return 0;
  },
});

/** The gateway that a test posts to, with the secret before its present one. */
function receiver(): Parameters<typeof createIngest>[0]['gateways'] {
  return {
    findReceiver: async (uri) =>
      uri === URI
        ? {
            gatewayId: GATEWAY,
            verifyToken: new Secret('the-verify-token'),
            appSecrets: [new Secret('an_older_secret'), new Secret(APP_SECRET)],
          }
        : undefined,
    noteSetUp: async () => {},
  };
}

/** The scope under `/api/v1` with a guard that a test fills; what the real one does is auth's. */
function registerApi(app: FastifyInstance, routes: (api: Api) => void): Set<Permission> {
  const allowed = new Set<Permission>(PERMISSIONS);
  app.register(
    (scope, _options, done) => {
      scope.decorateRequest('actor', null);
      scope.addHook('onRequest', async (request) => {
        request.actor = PERSON;
        const access = request.routeOptions.config.access;
        const wanted =
          typeof access === 'object'
            ? access.anyOf.map((action) => `${access.section}:${action}`)
            : [];
        if (![...allowed].some((permission) => wanted.includes(permission))) {
          throw new AppError('forbidden', 'A permission is missing.', {
            details: { missing: wanted[0] },
          });
        }
      });
      routes(scope.withTypeProvider() as Api);
      done();
    },
    { prefix: '/api/v1' },
  );
  return allowed;
}

function signatureOf(body: string | Buffer, secret = APP_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function calls(app: FastifyInstance) {
  const post = async (body: string | Buffer, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: `/meta/${URI}/webhook`,
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': signatureOf(body),
        ...headers,
      },
      payload: body,
    });
  const get = (path: string) => app.inject({ method: 'GET', url: `/api/v1${path}` });
  return {
    post,
    get,
    /** Posts elements of one Page, and expects the 200. */
    async deliver(elements: readonly unknown[], pageId = '1001') {
      const entry = { id: pageId, time: NOW, messaging: elements };
      const answer = await post(JSON.stringify({ object: 'page', entry: [entry] }));
      if (answer.statusCode !== 200) {
        throw new Error(`The webhook answered ${answer.statusCode}: ${answer.body}`);
      }
    },
    async list(query = ''): Promise<ConversationList> {
      return (await get(`/conversations${query}`)).json();
    },
    async thread(id: string, query = ''): Promise<MessageList> {
      return (await get(`/conversations/${id}/messages${query}`)).json();
    },
  };
}

let counter = 0;

/** A message from a person to a Page. */
export function textFrom(
  psid: string,
  text: string,
  more: { at?: number; mid?: string; pageId?: string } = {},
) {
  counter += 1;
  return {
    sender: { id: psid },
    recipient: { id: more.pageId ?? '1001' },
    timestamp: more.at ?? NOW - 1_000,
    message: { mid: more.mid ?? `m_${counter}`, text },
  };
}
