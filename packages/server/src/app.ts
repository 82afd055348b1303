import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Config, splitList } from './config/config.ts';
import { readTracing } from './config/trace-settings.ts';
import { type Core, openCore, type Surroundings } from './core.ts';
import { createModules, type Modules } from './create-modules.ts';
import { createMeasures } from './measures.ts';
import { createHttpServer } from './platform/http/server.ts';
import type { Log } from './platform/log.ts';
import {
  createMetrics,
  listenForScrapes,
  type Metrics,
  type ScrapeServer,
} from './platform/metrics/index.ts';
import { openTracing } from './platform/tracing/index.ts';
import type { Worker } from './platform/worker.ts';
import { registerHttp } from './register-http.ts';

/**
 * How long a stop waits for Meta's answers, of the ten seconds it may take: a call that makes Meta
 * fetch a video has ninety. What became of a reply is then found out as when the answer is lost.
 */
const META_PATIENCE_MS = 5_000;

export type App = {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly http: FastifyInstance;
  /** Listens and starts the workers. Throws EADDRINUSE when a port is taken, with its `setting` if that is not PORT. */
  start: () => Promise<{ url: string; setUpLink: string | undefined }>;
  /** Lets every worker finish what is due now; tests call this instead of waiting. */
  drain: () => Promise<void>;
  /** Says that it is not ready, stops taking requests, finishes what is under way, then closes the database. */
  stop: () => Promise<void>;
};

export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { log } = surroundings;
  const core = await openCore(config, surroundings);
  const { auth, ids } = core;
  const tracing = await openTracing(readTracing(config), { log });
  const modules = await createModules(config, surroundings, core, tracing);
  const { ingest } = modules;
  const http = createHttpServer({
    ids,
    log,
    undeclared: surroundings.undeclaredErrors ?? 'tell',
    trustedProxies: splitList(config.CHATGATE_TRUSTED_PROXIES),
  });
  ingest.callbacks(http);
  let isLeaving = false;
  await registerHttp(http, { core, config, surroundings, modules, isLeaving: () => isLeaving });
  const workers = workersOf(modules);
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
      ingest.prepare();
      const url = await http.listen({ host: config.HOST, port: config.PORT });
      scrapes = await openScrapes(config, { metrics, log });
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
      await tracing?.flush();
    },
    async stop() {
      isLeaving = true;
      await pause(config.CHATGATE_DRAIN_SECONDS * 1_000);
      const patience = setTimeout(
        () => modules.graph.cutOff(),
        surroundings.metaPatienceMs ?? META_PATIENCE_MS,
      );
      await http.close();
      await scrapes?.close();
      await ingest.stop();
      await auth.settle();
      await Promise.all(workers.map((worker) => worker.stop()));
      clearTimeout(patience);
      await Promise.all([
        modules.dispatcher.close(),
        modules.outgoing.close(),
        modules.nats?.close(),
        tracing?.close(),
      ]);
      await core.close();
    },
  };
}

/** Undefined where no port is set. */
async function openScrapes(
  { CHATGATE_METRICS_HOST: host, CHATGATE_METRICS_PORT: port }: Config,
  { metrics: { scrape }, log }: { metrics: Metrics; log: Log },
): Promise<ScrapeServer | undefined> {
  if (port === 0) {
    return undefined;
  }
  return listenForScrapes({ host, port, scrape, log }).catch((error: Error) => {
    throw Object.assign(error, { setting: 'CHATGATE_METRICS_PORT' });
  });
}

/** In the order in which events pass through them, so that one `drain` sees an event through. */
function workersOf(modules: Modules): readonly Worker[] {
  const { gateways, pages, conversations, outbound, attachments, delivery, health } = modules;
  return [
    ...gateways.workers,
    ...pages.workers,
    ...Object.values(conversations.workers),
    ...Object.values(outbound.workers),
    ...attachments.workers,
    ...delivery.workers,
    ...health.workers,
  ];
}
