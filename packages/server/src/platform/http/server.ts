import { Ajv } from 'ajv';
import { type FastifyInstance, fastify } from 'fastify';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import { handleErrors, type Undeclared } from './errors.ts';

/**
 * A Fastify instance with our limits. Fastify switches Node's own guards off, so they are set here:
 * a body must arrive within 10 s and headers within 5 s, or a slow client would hold its socket
 * for ever. JSON bodies are checked as they came (no coercion, nothing removed); only query strings
 * are coerced, because they have no types.
 */
export function createHttpServer(deps: {
  ids: Ids;
  log: Log;
  trustedProxies: readonly string[];
  undeclared: Undeclared;
}): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    genReqId: () => deps.ids.next('req'),
    bodyLimit: 1024 * 1024,
    requestTimeout: 10_000,
    http: { headersTimeout: 5_000 },
    keepAliveTimeout: 72_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: 'idle',
  });
  const strict = new Ajv({ removeAdditional: false, useDefaults: true });
  const coercing = new Ajv({ removeAdditional: false, useDefaults: true, coerceTypes: 'array' });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'querystring' ? coercing : strict).compile(schema as object),
  );
  handleErrors(app, deps);
  return app;
}
