/** Every address the server answers at. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { API_GROUPS } from './api-groups.ts';
import type { Config } from './config/config.ts';
import type { Core, Surroundings } from './core.ts';
import type { Modules } from './create-modules.ts';
import { serveAdminSite } from './platform/http/admin-site.ts';
import type { Api } from './platform/http/api.ts';
import { describeApi, serveApiDescription } from './platform/http/openapi.ts';
import { within } from './platform/within.ts';
import { streamLiveEvents } from './stream.ts';

const ADMIN_FOLDER = fileURLToPath(new URL('../../admin/dist', import.meta.url));
const VERSION = '0.1.0';
/** Balancers ask every few seconds, and a database that stands still is none. */
const READY_WITHIN_MS = 2_000;

/** Every address the server answers at, in one place. */
export async function registerHttp(
  http: FastifyInstance,
  parts: {
    core: Core;
    config: Config;
    surroundings: Surroundings;
    modules: Modules;
    /** It is about to stop: a balancer should go elsewhere. */
    isLeaving: () => boolean;
  },
): Promise<void> {
  const { core, config, surroundings, modules, isLeaving } = parts;
  const { live, gateways, pages, attachments, conversations, delivery, outbound } = modules;
  http.get('/healthz', async () => ({ ok: true }));
  http.get('/readyz', async (_request, reply) => {
    if (isLeaving()) {
      return reply.code(503).send({ ok: false, reason: 'stopping' });
    }
    try {
      await within(READY_WITHIN_MS, core.db.assertWritable());
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
  await describeApi(http, { version: VERSION, groups: API_GROUPS });
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
      outbound.routes(api);
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
