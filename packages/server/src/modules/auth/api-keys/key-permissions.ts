import type { Permission } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { roleOf } from '../roles/role-of.ts';
import type { OwnedKey } from './store.ts';

/** What a living key may do now: never more than its owner. */
export async function keyPermissions(
  db: Executor,
  row: OwnedKey,
): Promise<ReadonlySet<Permission>> {
  if (isStopped(row)) {
    return new Set();
  }
  const { permissions } = await roleOf(db, row.role);
  const owner = row.owner_id === null ? undefined : await roleOf(db, row.owner_role ?? '');
  return owner ? inBoth(permissions, owner.permissions) : permissions;
}

/** The owner is disabled, or gone without the key having been revoked. */
export function isStopped({ owner_id, owner_name, owner_banned }: OwnedKey): boolean {
  return owner_id !== null && (owner_name === null || owner_banned === 1);
}

function inBoth(
  some: ReadonlySet<Permission>,
  others: ReadonlySet<Permission>,
): ReadonlySet<Permission> {
  return new Set([...some].filter((permission) => others.has(permission)));
}
