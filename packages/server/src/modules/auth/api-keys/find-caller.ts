import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import { roleOf } from '../roles/role-of.ts';
import { isStopped, keyPermissions } from './key-permissions.ts';
import { KEY_PREFIX } from './make-key.ts';
import { findLivingKey, noteApiKeyUse } from './store.ts';

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
  const { id, name } = await roleOf(db.read, row.role);
  return {
    kind: 'api_key',
    id: row.id,
    name: row.name,
    email: null,
    role: { id, name },
    permissions: await keyPermissions(db.read, row),
    ownerId: row.owner_id,
  };
}
