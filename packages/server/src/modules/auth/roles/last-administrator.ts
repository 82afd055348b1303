import { PERMISSION_TABLE, type Permission } from '@chatgate/contract';
import type { Database, Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { assertStillMay } from './rights-now.ts';
import { readRoles } from './role-of.ts';
import { lockAccess, rolesInForce } from './store.ts';

/** Who holds these can give access back to everybody else. */
const NEEDED: readonly Permission[] = [
  'admin:access',
  ...PERMISSION_TABLE.users.map((action): Permission => `users:${action}`),
];

/**
 * Runs a change of who may do what so that two of them never happen at once, and takes it back when
 * it leaves nobody who may manage users. Everything that gives or takes a role goes through here:
 * so a role cannot be deleted while somebody is being given it, either.
 */
export async function changeAccess<T>(
  db: Database,
  work: (tx: Executor) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await lockAccess(db, tx);
    const before = await somebodyAdministers(tx);
    const result = await work(tx);
    if (before && !(await somebodyAdministers(tx))) {
      throw new AppError('last_administrator', 'Nobody would be left who may manage users.');
    }
    return result;
  });
}

/**
 * Like `changeAccess`, for what somebody asks for: their own rights are read again first, under the
 * lock. What the guard read at the beginning of the request may be old by then.
 */
export async function changeAccessFor<T>(
  { db, clock }: Pick<AccessDeps, 'db' | 'clock'>,
  actor: Actor,
  work: (tx: Executor) => Promise<T>,
): Promise<T> {
  return changeAccess(db, async (tx) => {
    await assertStillMay(tx, { actor, now: clock.now() });
    return work(tx);
  });
}

async function somebodyAdministers(tx: Executor): Promise<boolean> {
  const roles = await readRoles(tx);
  const held = await rolesInForce(tx);
  return held.some((id) => NEEDED.every((entry) => roles.get(id)?.permissions.has(entry)));
}
