import { Ajv } from 'ajv';
import { type FastifyInstance, fastify } from 'fastify';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import { handleErrors, type Undeclared } from './errors.ts';
import { refuseUnstorable } from './refuse-unstorable.ts';

/** How long a client may take, and how many there may be. */
export type ClientLimits = {
  readonly headersMs: number;
  /** Headers and body. */
  readonly requestMs: number;
  /** How often sockets are looked at; Node's own 30 s would make 35 s of five. */
  readonly lookEveryMs: number;
  readonly idleMs: number;
  readonly requestsPerSocket: number;
  readonly sockets: number;
};

const LIMITS: ClientLimits = {
  headersMs: 5_000,
  requestMs: 10_000,
  lookEveryMs: 1_000,
  idleMs: 72_000,
  // Connections are made anew now and then, so that a new replica behind a balancer gets its share.
  requestsPerSocket: 10_000,
  // Each costs memory and a file descriptor; what is beyond is closed at once.
  sockets: 8_192,
};

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
  limits?: Partial<ClientLimits>;
}): FastifyInstance {
  const limits = { ...LIMITS, ...deps.limits };
  const app = fastify({
    logger: false,
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    genReqId: () => deps.ids.next('req'),
    bodyLimit: 1024 * 1024,
    requestTimeout: limits.requestMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.lookEveryMs },
    keepAliveTimeout: limits.idleMs,
    maxRequestsPerSocket: limits.requestsPerSocket,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // What comes on an open connection while the server closes is still answered, not refused.
    return503OnClosing: false,
  });
  app.server.maxConnections = limits.sockets;
  const strict = new Ajv({ removeAdditional: false, useDefaults: true });
  const coercing = new Ajv({ removeAdditional: false, useDefaults: true, coerceTypes: 'array' });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'querystring' ? coercing : strict).compile(schema as object),
  );
  handleErrors(app, deps);
  refuseUnstorable(app);
  return app;
}
