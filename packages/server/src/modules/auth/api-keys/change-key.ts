import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { changeAccessFor } from '../roles/last-administrator.ts';
import { assertWithinOwnRights } from '../roles/own-rights.ts';
import { roleOf } from '../roles/role-of.ts';
import { findApiKey, type OwnedKey, revokeApiKey, setKeyOwner } from './store.ts';

/** Taking rights away is always safe: whoever may revoke keys may revoke any. */
export async function revokeKey(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const key = await loadKey(tx, id);
    if (await revokeApiKey(tx, { id, now: clock.now() })) {
      await audit.record(tx, {
        actor,
        action: 'api_key.revoked',
        subject: { kind: 'api_key', id, name: key.name },
        before: { role: key.role, owner: key.owner_name },
      });
    }
  });
  onChanged();
}

/** Makes the caller its owner, so that it outlives the person who made it. */
export async function takeOverKey(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  if (actor.kind !== 'person') {
    throw new AppError('person_only', 'Only a person can answer for a key.');
  }
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const key = await loadKey(tx, id);
    if (key.revoked_at !== null) {
      throw new AppError('not_found', 'This key was revoked.');
    }
    assertWithinOwnRights(actor, (await roleOf(tx, key.role)).permissions);
    await setKeyOwner(tx, { id, ownerId: actor.id });
    await audit.record(tx, {
      actor,
      action: 'api_key.taken_over',
      subject: { kind: 'api_key', id, name: key.name },
      before: { owner: key.owner_name },
      after: { owner: actor.name },
    });
  });
  onChanged();
}

async function loadKey(db: Executor, id: string): Promise<OwnedKey> {
  const key = await findApiKey(db, id);
  if (!key) {
    throw new AppError('not_found', 'No such API key.');
  }
  return key;
}
