import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import { type Actor, missingPermission } from './actor.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Puts every route of a scope under the access rules: one that does not say who may use it stops
 * the server from starting; requests that change something must come from our own site or from no
 * browser at all (OWASP ASVS 5.0, 3.5.1 to 3.5.3); each refusal names the permission that is missing.
 */
export function guardScope(
  scope: FastifyInstance,
  deps: {
    publicUrl: string;
    authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  },
): void {
  const ownOrigin = new URL(deps.publicUrl).origin;
  scope.decorateRequest('actor', null);

  scope.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not say who may use it.`);
    }
  });

  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    const { access } = request.routeOptions.config;
    if (access === undefined) {
      return;
    }
    if (!SAFE_METHODS.has(request.method)) {
      assertOwnSite(request, ownOrigin);
    }
    if (access === 'public') {
      return;
    }
    const actor = await deps.authenticate(request);
    if (!actor) {
      throw new AppError('unauthenticated', 'Sign in first, or send a valid API key.');
    }
    const agent = request.headers['user-agent'] ?? null;
    request.actor = { ...actor, origin: { address: request.ip, agent } };
    if (access !== 'signed_in') {
      assertAllowed(actor, access);
    }
  });
}

function assertAllowed(
  actor: Actor,
  access: { section: Parameters<typeof missingPermission>[1]; anyOf: readonly string[] },
): void {
  const missing = missingPermission(actor.permissions, access.section, access.anyOf);
  if (missing) {
    throw new AppError('forbidden', `The permission "${missing}" is missing.`, {
      details: { missing, anyOf: access.anyOf.map((action) => `${access.section}:${action}`) },
    });
  }
}

/** `Sec-Fetch-Site` where the browser sends it, `Origin` where it does not. */
function assertOwnSite(request: FastifyRequest, ownOrigin: string): void {
  const site = request.headers['sec-fetch-site'];
  const { origin = ownOrigin } = request.headers;
  const isOwn =
    site === undefined
      ? origin === ownOrigin || URL.parse(origin)?.host === request.host
      : site === 'same-origin' || site === 'none';
  if (!isOwn) {
    throw new AppError('origin_refused', 'This request came from another site.');
  }
}
