import { PERMISSIONS, type Permission } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';

/** What is in `permissions` and not among those of the actor, in the order of the table. */
export function beyond(
  actor: Pick<Actor, 'permissions'>,
  permissions: ReadonlySet<Permission>,
): Permission[] {
  return PERMISSIONS.filter((entry) => permissions.has(entry) && !actor.permissions.has(entry));
}

/**
 * The one rule against climbing: whoever lacks a permission neither gives it to anybody nor acts on
 * somebody who has it. Without the second half, resetting an administrator's password would do.
 */
export function assertWithinOwnRights(
  actor: Pick<Actor, 'permissions'>,
  permissions: ReadonlySet<Permission>,
): void {
  const missing = beyond(actor, permissions);
  if (missing.length > 0) {
    throw new AppError('beyond_own_rights', `You lack ${missing.join(', ')} yourself.`, {
      details: { missing },
    });
  }
}
