import type { CreateRole, Permission, UpdateRole } from '@chatgate/contract';
import { PERMISSIONS } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { changeAccessFor } from './last-administrator.ts';
import { assertWithinOwnRights } from './own-rights.ts';
import { isBuiltIn, readRole } from './role-of.ts';
import {
  countRoleUses,
  deleteRole,
  findRole,
  findRoleByName,
  insertRole,
  type RoleRow,
  updateRole,
} from './store.ts';

const keyOf = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase();

/** Composes a role of what the actor holds; gives its id. */
export async function createRole(
  { db, clock, ids, audit, onChanged }: AccessDeps,
  actor: Actor,
  wish: CreateRole,
): Promise<string> {
  const permissions = ordered(wish.permissions);
  assertWithinOwnRights(actor, new Set(permissions));
  const name = wish.name.trim();
  const now = clock.now();
  const id = ids.next('ro');
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    await assertNameFree(tx, { id, name });
    await insertRole(tx, {
      id,
      name,
      name_key: keyOf(name),
      permissions: JSON.stringify(permissions),
      version: 1,
      created_at: now,
      updated_at: now,
    });
    await audit.record(tx, {
      actor,
      action: 'role.created',
      subject: { kind: 'role', id, name },
      after: { name, permissions },
    });
  });
  onChanged();
  return id;
}

/** The actor must hold what the role allows and what it shall allow. */
export async function changeRole(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  { id, ...change }: UpdateRole & { id: string },
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const row = await loadRole(tx, id);
    if (row.version !== change.version) {
      throw new AppError('conflict', 'Somebody else changed this role meanwhile.');
    }
    const before = [...readRole(row).permissions];
    const permissions = ordered(change.permissions ?? before);
    assertWithinOwnRights(actor, new Set([...before, ...permissions]));
    const name = (change.name ?? row.name).trim();
    await assertNameFree(tx, { id, name });
    await updateRole(tx, {
      id,
      name,
      name_key: keyOf(name),
      permissions: JSON.stringify(permissions),
      version: row.version + 1,
      updated_at: clock.now(),
    });
    await audit.record(tx, {
      actor,
      action: 'role.changed',
      subject: { kind: 'role', id, name },
      before: { name: row.name, permissions: before },
      after: { name, permissions },
    });
  });
  onChanged();
}

/** Refused while anybody has it: what they may do then must be somebody's decision. */
export async function removeRole(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const row = await loadRole(tx, id);
    const { permissions } = readRole(row);
    assertWithinOwnRights(actor, permissions);
    const usedBy = (await countRoleUses(tx, clock.now())).get(id);
    if (usedBy) {
      throw new AppError('role_in_use', `The role "${row.name}" is in use.`, {
        details: { usedBy },
      });
    }
    await deleteRole(tx, id);
    await audit.record(tx, {
      actor,
      action: 'role.deleted',
      subject: { kind: 'role', id, name: row.name },
      before: { name: row.name, permissions: [...permissions] },
    });
  });
  onChanged();
}

/** In the order of the table; refuses an action whose section would stay closed. */
function ordered(permissions: readonly Permission[]): Permission[] {
  const wanted = new Set(permissions);
  for (const entry of wanted) {
    const section = entry.split(':')[0];
    const opened: Permission[] = ['admin:access', `${section}:access` as Permission];
    const closed = opened.find((needed) => !wanted.has(needed));
    if (closed) {
      throw new AppError('invalid', `"${entry}" needs "${closed}".`, {
        details: { needs: closed },
      });
    }
  }
  return PERMISSIONS.filter((entry) => wanted.has(entry));
}

async function loadRole(tx: Executor, id: string): Promise<RoleRow> {
  if (isBuiltIn(id)) {
    throw new AppError('role_built_in', 'Built-in roles cannot be changed or deleted.');
  }
  const row = await findRole(tx, id);
  if (!row) {
    throw new AppError('not_found', 'No such role.');
  }
  return row;
}

/** Case and spaces do not tell two roles apart, the built-in ones included. */
async function assertNameFree(
  tx: Executor,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const other = await findRoleByName(tx, keyOf(name));
  if ((other && other.id !== id) || isBuiltIn(keyOf(name))) {
    throw new AppError('role_name_taken', 'Another role has this name.');
  }
}
