import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Authorize } from '../authorize.ts';
import type { Core } from '../core.ts';
import { BURST_MODES, CUSTOMER_ACTIONS } from '../customers/action.ts';
import type { Customers } from '../customers/customers.ts';
import type { EmulatorState } from '../entities.ts';
import { parseFault } from '../fault-table.ts';
import type { Faults } from '../faults.ts';
import type { PageChange, PageLife } from '../pages.ts';
import type { People } from '../people.ts';
import { largeSeed, parseSeed, type Seed } from '../seed.ts';
import type { Usage } from '../usage.ts';
import { isLoopbackOrigin } from '../web/hosts.ts';
import type { Dispatcher } from '../webhooks/dispatcher.ts';

export interface ControlDeps {
  readonly core: Core;
  readonly faults: Faults;
  readonly usage: Usage;
  readonly customers: Customers;
  readonly people: People;
  readonly pageLife: PageLife;
  readonly dispatcher: Dispatcher;
  readonly authorize: Authorize;
  readonly reset: (seed?: Seed) => void;
}

type Body = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const object = (properties: object, required: readonly string[] = []) => ({
  schema: { body: { type: 'object', properties, required, additionalProperties: false } },
});

/** What programs press instead of buttons. JSON only, loopback only, no other site's pages. */
export function registerControl(app: FastifyInstance, deps: ControlDeps): void {
  const { core, usage, dispatcher } = deps;
  app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) => {
    await reply.code(error.statusCode ?? 400).send({ error: { message: error.message } });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!isLoopbackOrigin(request.headers.origin)) {
      await reply.code(403).send({ error: { message: 'Pages of other sites may not do this.' } });
    }
  });
  const ok = async (reply: FastifyReply) => reply.send({ ok: true });

  app.get('/emulator/api/state', async () => core.store.state);
  app.get('/emulator/api/usage', async () => usage.report());
  app.post('/emulator/api/usage/reset', async (_request, reply) => {
    usage.reset();
    return ok(reply);
  });
  app.post<{ Body: { seed?: unknown; largeSeed?: number; unreadable?: number[] } | null }>(
    '/emulator/api/reset',
    async ({ body }, reply) => {
      const { seed, largeSeed: count, unreadable = [] } = body ?? {};
      const large = count === undefined ? undefined : largeSeed(count, { unreadable });
      deps.reset(seed === undefined ? large : parseSeed(seed));
      return ok(reply);
    },
  );
  app.post('/emulator/api/snapshot', async () => core.store.state);
  app.post<{ Body: EmulatorState }>(
    '/emulator/api/restore',
    { schema: { body: { type: 'object', required: ['format', 'apps', 'people', 'pages'] } } },
    async ({ body }, reply) => {
      core.store.replace(structuredClone(body));
      return ok(reply);
    },
  );
  app.post('/emulator/api/drain', async (_request, reply) => {
    await dispatcher.drain();
    return ok(reply);
  });
  registerFaults(app, deps);
  registerCustomers(app, deps);
  registerPeople(app, deps);
  registerPages(app, deps);
  registerApp(app, deps);
}

function registerFaults(app: FastifyInstance, { faults, core }: ControlDeps): void {
  app.get('/emulator/api/faults', async () => core.store.state.faults);
  app.post<{ Body: { name: string; on?: boolean } & Body }>(
    '/emulator/api/faults',
    { schema: { body: { type: 'object', required: ['name'], properties: { name: text } } } },
    async ({ body }, reply) => {
      const { name, on = true, ...parameters } = body;
      const parsed = parseFault(name, parameters);
      if (typeof parsed === 'string') {
        return reply.code(400).send({ error: { message: parsed } });
      }
      if (on) {
        faults.set(parsed.name, parsed.setting);
      } else {
        faults.clear(parsed.name);
      }
      return core.store.state.faults;
    },
  );
  app.delete('/emulator/api/faults', async () => {
    faults.clear();
    return core.store.state.faults;
  });
}

function registerCustomers(app: FastifyInstance, { customers, core }: ControlDeps): void {
  const who = { pageId: text, psid: text, customerId: text };
  app.post<{ Body: Parameters<Customers['act']>[0] }>(
    '/emulator/api/customers/send',
    object(
      {
        ...who,
        kind: { enum: CUSTOMER_ACTIONS },
        text,
        field: text,
        element: { type: 'object' },
        mid: text,
        reaction: text,
        payload: text,
        isStandby: { type: 'boolean' },
        copies: { type: 'integer', minimum: 1, maximum: 10 },
      },
      ['pageId', 'kind'],
    ),
    async ({ body }) => customers.act(body),
  );
  app.post<{ Body: Parameters<Customers['burst']>[0] }>(
    '/emulator/api/customers/burst',
    object(
      {
        ...who,
        count: { type: 'integer', minimum: 1, maximum: 100_000 },
        mode: { enum: BURST_MODES },
      },
      ['pageId', 'count', 'mode'],
    ),
    async ({ body }) => customers.burst(body),
  );
  app.post<{ Body: { pageId: string; customerId: string } }>(
    '/emulator/api/customers/open',
    object({ pageId: text, customerId: text }, ['pageId', 'customerId']),
    async ({ body }) => ({ psid: customers.openThread(body.pageId, body.customerId).psid }),
  );
  app.get('/emulator/api/tallies', async () => ({
    tallies: core.store.state.tallies,
    waiting: core.store.state.queue.length,
    health: core.store.state.health,
  }));
}

function registerPeople(app: FastifyInstance, { people, authorize }: ControlDeps): void {
  const person = { person: text, appId: text, pageId: text, password: text, tasks: texts };
  const path = (name: string) => `/emulator/api/people/${name}`;
  app.post<{ Body: { person: string; password?: string } }>(
    path('change-password'),
    object(person, ['person']),
    async ({ body }) => {
      people.changePassword(body.person, body.password);
      return { ok: true };
    },
  );
  app.post<{ Body: { person: string; appId: string } }>(
    path('remove-app'),
    object(person, ['person', 'appId']),
    async ({ body }) => {
      people.removeApp(body.person, body.appId);
      return { ok: true };
    },
  );
  app.post<{ Body: { person: string; pageId: string } }>(
    path('remove-from-page'),
    object(person, ['person', 'pageId']),
    async ({ body }) => {
      people.removeFromPage(body.person, body.pageId);
      return { ok: true };
    },
  );
  app.post<{ Body: { person: string; pageId: string; tasks: string[] } }>(
    path('add-to-page'),
    object(person, ['person', 'pageId', 'tasks']),
    async ({ body }) => {
      people.addToPage(body.person, body);
      return { ok: true };
    },
  );
  app.post<{ Body: { person: string; appId: string } }>(
    path('request-deletion'),
    object(person, ['person', 'appId']),
    async ({ body }) => people.requestDeletion(body.person, body.appId),
  );
  app.post<{ Body: { person?: string; appId: string; pageId?: string } }>(
    path('send-deauthorize'),
    object(person, ['appId']),
    async ({ body }) => {
      const { person: who, ...rest } = body;
      people.sendDeauthorize({ ...rest, ...(who === undefined ? {} : { who }) });
      return { ok: true };
    },
  );
  app.post<{ Body: Parameters<Authorize>[0] }>(
    '/emulator/api/authorize',
    object(
      {
        url: text,
        person: text,
        pages: { anyOf: [{ const: 'all' }, texts] },
        decline: texts,
        isShortcut: { type: 'boolean' },
        isCancelled: { type: 'boolean' },
      },
      ['url', 'person'],
    ),
    async ({ body }) => authorize(body),
  );
}

function registerPages(app: FastifyInstance, { pageLife }: ControlDeps): void {
  const flag = { type: 'boolean' };
  app.post<{ Params: { id: string }; Body: PageChange }>(
    '/emulator/api/pages/:id',
    object({ name: text, isPublished: flag, isDeleted: flag, mergedInto: text }),
    async ({ params, body }) => pageLife.change(params.id, body),
  );
  app.post<{ Params: { id: string }; Body: { appId: string; fields: string[] } }>(
    '/emulator/api/pages/:id/set-fields',
    object({ appId: text, fields: texts }, ['appId', 'fields']),
    async ({ params, body }) => {
      pageLife.setFields(params.id, body);
      return { ok: true };
    },
  );
  app.post<{ Params: { id: string }; Body: { appId: string } }>(
    '/emulator/api/pages/:id/drop-app',
    object({ appId: text }, ['appId']),
    async ({ params, body }) => {
      pageLife.dropApp(params.id, body.appId);
      return { ok: true };
    },
  );
}

function registerApp(app: FastifyInstance, { core }: ControlDeps): void {
  app.post<{ Params: { id: string }; Body: Body }>(
    '/emulator/api/apps/:id',
    object({
      name: text,
      secret: text,
      mode: { enum: ['live', 'development'] },
      defaultVersion: text,
      redirectUris: texts,
      domains: texts,
      deauthorizeUrl: text,
      dataDeletionUrl: text,
      requireProof: { type: 'boolean' },
      allowSettingsByApi: { type: 'boolean' },
      roles: texts,
      scopes: texts,
    }),
    async ({ params, body }, reply) => {
      const known = core.store.state.apps[params.id];
      if (!known) {
        return reply.code(404).send({ error: { message: `There is no app ${params.id}.` } });
      }
      Object.assign(known, body);
      core.store.changed();
      return known;
    },
  );
}
