import type { FastifyInstance } from 'fastify';
import type { Authorize } from './authorize.ts';
import { assemble, buildServer, type EmulatorOptions } from './compose.ts';
import type { Customers } from './customers/customers.ts';
import type { EmulatorState } from './entities.ts';
import type { Faults } from './faults.ts';
import type { PageLife } from './pages.ts';
import type { People } from './people.ts';
import { demoSeed, type Seed } from './seed.ts';
import { stateFromSeed } from './store.ts';
import type { UsageReport } from './usage.ts';

export interface Emulator {
  start(): Promise<{ readonly port: number; readonly url: string }>;
  stop(): Promise<void>;
  /** Everything as in the seed, faults and queue included. */
  reset(seed?: Seed): void;
  snapshot(): EmulatorState;
  restore(state: EmulatorState): void;
  /** Delivers what is due now, webhooks and callbacks. Tests need not sleep. */
  drain(): Promise<void>;
  readonly state: EmulatorState;
  readonly faults: Faults;
  readonly customers: Customers;
  readonly people: People;
  /** What happens to Pages at Meta. */
  readonly pageLife: PageLife;
  /** Goes through the login window as a person would. */
  readonly authorize: Authorize;
  usage(): UsageReport;
  resetUsage(): void;
}

export function createEmulator(options: EmulatorOptions): Emulator {
  const parts = assemble(options);
  const { store, dispatcher, callbacks, usage, faults, customers, people, persistence } = parts;
  let server: FastifyInstance | undefined;
  const reset = (seed: Seed = options.seed ?? demoSeed()) => {
    store.replace(stateFromSeed(seed));
    usage.reset();
  };
  return {
    async start() {
      server = await buildServer(parts, { reset });
      const { host = '127.0.0.1', port = 0 } = options;
      await server.listen({ host, port });
      const [address] = server.addresses();
      const bound = typeof address === 'object' ? address.port : port;
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
      parts.setUrl(url);
      dispatcher.start();
      return { port: bound, url };
    },
    async stop() {
      await dispatcher.stop();
      await callbacks.settle();
      await server?.close();
      server = undefined;
      persistence?.flush();
    },
    reset,
    snapshot: () => structuredClone(store.state),
    restore: (state) => store.replace(structuredClone(state)),
    async drain() {
      await callbacks.settle();
      await dispatcher.drain();
    },
    get state() {
      return store.state;
    },
    faults,
    customers,
    people,
    pageLife: parts.pageLife,
    authorize: parts.authorize,
    usage: usage.report,
    resetUsage: usage.reset,
  };
}
