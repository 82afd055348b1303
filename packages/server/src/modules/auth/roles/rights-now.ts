import type { Permission, Section } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { type Actor, missingPermission } from '../actor.ts';
import { keyPermissions } from '../api-keys/key-permissions.ts';
import { findLivingKeyById } from '../api-keys/store.ts';
import { findPerson } from '../people/store.ts';
import { roleOf } from './role-of.ts';

const NOTHING: ReadonlySet<Permission> = new Set();

/** What a person may do now; nothing when they are disabled or deleted. */
async function personPermissions(db: Executor, id: string): Promise<ReadonlySet<Permission>> {
  const person = await findPerson(db, id);
  return person?.enabled ? (await roleOf(db, person.role)).permissions : NOTHING;
}

/**
 * Whether a person may (still) do something: for what somebody set going and others use later, such
 * as a link. Any of the actions is enough.
 */
export async function personMay(
  db: Executor,
  { id, section, anyOf }: { id: string; section: Section; anyOf: readonly string[] },
): Promise<boolean> {
  return missingPermission(await personPermissions(db, id), section, anyOf) === undefined;
}

/** The same for whoever did it with a session or an API key. */
export async function actorMay(
  db: Executor,
  {
    kind,
    id,
    now,
    ...wish
  }: Pick<Actor, 'kind' | 'id'> & { now: number; section: Section; anyOf: readonly string[] },
): Promise<boolean> {
  return kind === 'person'
    ? personMay(db, { id, ...wish })
    : missingPermission(await permissionsOfKey(db, { id, now }), wish.section, wish.anyOf) ===
        undefined;
}

/**
 * Refuses what the actor was allowed when the request came in and is not any more: of two people who
 * shut each other out at once, the second must not succeed with the rights that the first just took.
 */
export async function assertStillMay(
  tx: Executor,
  { actor, now }: { actor: Actor; now: number },
): Promise<void> {
  const held =
    actor.kind === 'person'
      ? await personPermissions(tx, actor.id)
      : await permissionsOfKey(tx, { id: actor.id, now });
  const missing = [...actor.permissions].find((permission) => !held.has(permission));
  if (missing !== undefined) {
    throw new AppError('forbidden', `The permission "${missing}" was taken away meanwhile.`, {
      details: { missing },
    });
  }
}

async function permissionsOfKey(
  tx: Executor,
  key: { id: string; now: number },
): Promise<ReadonlySet<Permission>> {
  const row = await findLivingKeyById(tx, key);
  return row ? keyPermissions(tx, row) : NOTHING;
}
