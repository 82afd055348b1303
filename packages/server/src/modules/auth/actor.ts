import type { Permission, Section } from '@chatgate/contract';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';

/** Who does something: a signed-in person or an API key, with what the role allows. */
export type Actor = {
  readonly kind: 'person' | 'api_key';
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: { readonly id: string; readonly name: string };
  readonly permissions: ReadonlySet<Permission>;
  /** The person who answers for what is done: oneself, or the owner of the API key (if it has one). */
  readonly ownerId: string | null;
  /** The session in which a person acts; undefined for API keys. */
  readonly sessionId?: string;
  /** Where the request came from, for the audit log. */
  readonly origin?: { readonly address: string; readonly agent: string | null };
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before every handler under `/api/v1` whose access is not `public`. */
    actor: Actor | null;
  }
}

/** Who calls. Only for routes that are not `public`: there the guard has set it. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) {
    throw new AppError('unauthenticated', 'Sign in first.');
  }
  return request.actor;
}

/** The person who calls, in which session. API keys have neither password nor sessions. */
export function personOf(request: FastifyRequest): {
  readonly actor: Actor;
  readonly userId: string;
  readonly sessionId: string;
} {
  const actor = actorOf(request);
  if (actor.kind !== 'person' || actor.sessionId === undefined) {
    throw new AppError('person_only', 'Only a signed-in person has this, not an API key.');
  }
  return { actor, userId: actor.id, sessionId: actor.sessionId };
}

/** The first missing permission, in the order a person would be told; undefined when allowed. */
export function missingPermission(
  permissions: ReadonlySet<Permission>,
  section: Section,
  anyOf: readonly string[],
): Permission | undefined {
  const needed: Permission[] = ['admin:access', `${section}:access` as Permission];
  const closed = needed.find((permission) => !permissions.has(permission));
  if (closed) {
    return closed;
  }
  const actions = anyOf.map((action) => `${section}:${action}` as Permission);
  return actions.some((permission) => permissions.has(permission)) ? undefined : actions[0];
}
