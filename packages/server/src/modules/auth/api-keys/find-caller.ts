import type { Permission } from '@chatgate/contract';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import { roleOf } from '../roles/role-of.ts';
import { KEY_PREFIX } from './make-key.ts';
import { findLivingKey, noteApiKeyUse, type OwnedKey } from './store.ts';

const MINUTE_MS = 60_000;

/**
 * Who calls with a key; undefined when it is unknown, expired, revoked or stopped. A key of a person
 * never does more than that person may at the moment. Keys of the command line belong to nobody.
 */
export async function findCaller(
  { db, clock }: Pick<AccessDeps, 'db' | 'clock'>,
  text: string,
): Promise<Actor | undefined> {
  if (!text.startsWith(KEY_PREFIX)) {
    return undefined;
  }
  const now = clock.now();
  const row = await findLivingKey(db.read, { hash: hashOf(text), now });
  if (!row || isStopped(row)) {
    return undefined;
  }
  const notSince = now - MINUTE_MS;
  if (row.last_used_at === null || row.last_used_at <= notSince) {
    await db.transaction((tx) => noteApiKeyUse(tx, { id: row.id, now, notSince }));
  }
  const { permissions, ...role } = await roleOf(db.read, row.role);
  const owner = row.owner_id === null ? undefined : await roleOf(db.read, row.owner_role ?? '');
  return {
    kind: 'api_key',
    id: row.id,
    name: row.name,
    email: null,
    role,
    permissions: owner ? inBoth(permissions, owner.permissions) : permissions,
    ownerId: row.owner_id,
  };
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
