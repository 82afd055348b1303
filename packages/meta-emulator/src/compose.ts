import { randomBytes } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { createAuthorize } from './authorize.ts';
import { registerControl } from './control/routes.ts';
import type { Clock, Core } from './core.ts';
import { createCustomers } from './customers/customers.ts';
import { registerDialog } from './dialog/routes.ts';
import { createFaults } from './faults.ts';
import { graphRoutes } from './graph/families.ts';
import { answerRequest, registerGraph } from './graph/http.ts';
import { createGraph } from './graph/run-call.ts';
import { createPageLife } from './pages.ts';
import { createPeople } from './people.ts';
import { createPersistence, loadState } from './persistence.ts';
import { demoSeed, type Seed } from './seed.ts';
import { createStore, stateFromSeed } from './store.ts';
import { createTokens } from './tokens.ts';
import { createUsage } from './usage.ts';
import { registerChat } from './web/chat.ts';
import { registerFiles } from './web/files.ts';
import { type AnswerGraph, registerHome } from './web/home.ts';
import { isLoopbackHost } from './web/hosts.ts';
import { createCallbacks } from './webhooks/callbacks.ts';
import { createDispatcher } from './webhooks/dispatcher.ts';
import { createQueue } from './webhooks/queue.ts';

export interface EmulatorOptions {
  readonly clock: Clock;
  /** 127.0.0.1 */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly random?: (bytes: number) => Uint8Array;
  readonly fetch?: typeof globalThis.fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly seed?: Seed;
  /** State is kept here across restarts; the seed is then used only when the file is absent. */
  readonly stateFile?: string;
  /** How others reach the API host and the web site, if not as `http://{host}:{port}`. */
  readonly publicUrl?: string;
  readonly dialogUrl?: string;
  /** How fast Meta's quarter of an hour and hour of failing webhooks pass; 1 is real time. */
  readonly timeScale?: number;
  /** Meta waits five seconds for an acknowledgement. */
  readonly ackTimeoutMs?: number;
}

const ACK_MS = 5000;

type Parts = ReturnType<typeof assemble>;

/** The composition of everything but the server. */
export function assemble(options: EmulatorOptions) {
  const kept = options.stateFile === undefined ? undefined : loadState(options.stateFile);
  const store = createStore(kept ?? stateFromSeed(options.seed ?? demoSeed()));
  let ownUrl = 'http://127.0.0.1';
  const core: Core = {
    store,
    clock: options.clock,
    random: options.random ?? randomBytes,
    fetch: options.fetch ?? globalThis.fetch,
    sleep: options.sleep ?? ((ms) => sleepFor(ms, undefined, { ref: false })),
    urls: () => ({ graph: options.publicUrl ?? ownUrl, dialog: options.dialogUrl ?? ownUrl }),
  };
  const faults = createFaults(store);
  const usage = createUsage();
  const tokens = createTokens({ core, faults });
  const queue = createQueue({ core, faults });
  const callbacks = createCallbacks({ core });
  const dispatcher = createDispatcher({
    core,
    faults,
    ackTimeoutMs: options.ackTimeoutMs ?? ACK_MS,
    timeScale: options.timeScale ?? 1,
    acknowledged: (chat, mid) => customers.acknowledged(chat, mid),
  });
  const customers = createCustomers({ core, queue, nudge: dispatcher.nudge });
  const hooks = {
    deauthorized: callbacks.deauthorized,
    pageSent: customers.pageSent,
    senderAction: customers.senderAction,
  };
  const deps = { core, faults, usage, tokens, hooks };
  const file = options.stateFile;
  return {
    core,
    store,
    faults,
    usage,
    tokens,
    callbacks,
    dispatcher,
    customers,
    deps,
    graph: createGraph(deps, graphRoutes(deps)),
    people: createPeople({ core, callbacks }),
    pageLife: createPageLife({ core }),
    authorize: createAuthorize({ core, faults, tokens }),
    persistence: file === undefined ? undefined : createPersistence({ store, file }),
    setUrl(url: string) {
      ownUrl = url;
    },
  };
}

export async function buildServer(
  parts: Parts,
  {
    reset,
    onRoute = () => undefined,
  }: { reset: (seed?: Seed) => void; onRoute?: (route: string) => void },
): Promise<FastifyInstance> {
  const { deps, graph } = parts;
  const app = Fastify({
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat().filter((name) => name !== 'HEAD')) {
      onRoute(`${one} ${url}`);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!isLoopbackHost(request.headers.host)) {
      await reply.code(421).send('The Meta emulator answers on loopback names only.');
    }
  });
  const answerGraph: AnswerGraph = (request, reply) =>
    answerRequest({ deps, graph }, { request, reply });
  for (const register of [
    (scope: FastifyInstance) => registerFiles(scope, parts),
    (scope: FastifyInstance) => registerDialog(scope, parts),
    (scope: FastifyInstance) => registerControl(scope, { ...parts, reset }),
    (scope: FastifyInstance) => registerChat(scope, parts),
    (scope: FastifyInstance) => registerHome(scope, { ...parts, reset, answerGraph }),
    (scope: FastifyInstance) => registerGraph(scope, answerGraph),
  ]) {
    // Each in a scope of its own: they read bodies differently.
    await app.register((scope, _options, done) => {
      register(scope);
      done();
    });
  }
  return app;
}
