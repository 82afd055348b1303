import type { CreateApiKey } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { randomToken } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import { assertMayGive } from '../people/change-person.ts';
import { changeAccess, changeAccessFor } from '../roles/last-administrator.ts';
import { insertApiKey } from './store.ts';

/** Scanners find leaked keys by this prefix. */
export const KEY_PREFIX = 'cg_';

type Made = { readonly id: string; readonly secret: Secret };

/** 256 random bits, given out once and stored as SHA-256. */
async function insertKey(
  { clock, ids, random, audit }: AccessDeps,
  tx: Executor,
  key: {
    name: string;
    role: string;
    expiresAt: number | null;
    ownerId: string | null;
    actor: AuditActor;
  },
): Promise<Made> {
  const text = `${KEY_PREFIX}${randomToken(random, 256)}`;
  const id = ids.next('ak');
  const { name, role, expiresAt, ownerId, actor } = key;
  await insertApiKey(tx, {
    id,
    name,
    hash: hashOf(text),
    shown_prefix: text.slice(0, KEY_PREFIX.length + 4),
    role,
    created_by: actor.name,
    owner_id: ownerId,
    created_at: clock.now(),
    expires_at: expiresAt,
    last_used_at: null,
    revoked_at: null,
  });
  await audit.record(tx, {
    actor,
    action: 'api_key.created',
    subject: { kind: 'api_key', id, name },
    after: { role, expiresAt },
  });
  return { id, secret: new Secret(text) };
}

/** For the command line: a key of nobody, bounded by its role alone. */
export async function makeUnownedKey(
  deps: AccessDeps,
  { createdBy, ...key }: { name: string; role: string; createdBy: string },
): Promise<Secret> {
  const actor = { kind: 'system', id: null, name: createdBy } as const;
  const { secret } = await changeAccess(deps.db, (tx) =>
    insertKey(deps, tx, { ...key, expiresAt: null, ownerId: null, actor }),
  );
  deps.onChanged();
  return secret;
}

/** A key of the caller; made with a key, it belongs to the same person. */
export async function makeKey(
  deps: AccessDeps,
  actor: Actor,
  { name, role, expiresAt }: CreateApiKey,
): Promise<Made> {
  if (expiresAt !== null && expiresAt <= deps.clock.now()) {
    throw new AppError('invalid', 'The key would have expired already.');
  }
  const key = { name: name.trim(), role, expiresAt, ownerId: actor.ownerId, actor };
  const made = await changeAccessFor(deps, actor, async (tx) => {
    await assertMayGive(tx, actor, role);
    return insertKey(deps, tx, key);
  });
  deps.onChanged();
  return made;
}
