import { BUILT_IN_ROLES, type BuiltInRole } from '@chatgate/contract';
import type { Actor } from '../actor.ts';

export function roleOf(id: string): Actor['role'] & Pick<Actor, 'permissions'> {
  const role = Object.hasOwn(BUILT_IN_ROLES, id) ? BUILT_IN_ROLES[id as BuiltInRole] : undefined;
  // A role that does not exist (any more) may do nothing, rather than something by default.
  return role
    ? { id, name: role.name, permissions: new Set(role.permissions) }
    : { id, name: id, permissions: new Set() };
}
