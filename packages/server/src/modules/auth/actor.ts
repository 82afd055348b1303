import type { Permission, Section } from '@chatgate/contract';

/** Who does something: a signed-in person or an API key, with what the role allows. */
export type Actor = {
  readonly kind: 'person' | 'api_key';
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: { readonly id: string; readonly name: string };
  readonly permissions: ReadonlySet<Permission>;
  /** Where the request came from, for the audit log. */
  readonly origin?: { readonly address: string; readonly agent: string | null };
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before every handler under `/api/v1` whose access is not `public`. */
    actor: Actor | null;
  }
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
