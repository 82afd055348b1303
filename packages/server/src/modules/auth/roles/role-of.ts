import { BUILT_IN_ROLES, type BuiltInRole, PERMISSIONS, type Permission } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { findRole, listRoles, type RoleRow } from './store.ts';

export type HeldRole = {
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
};

const known = new Set<string>(PERMISSIONS);

export function isBuiltIn(id: string): id is BuiltInRole {
  return Object.hasOwn(BUILT_IN_ROLES, id);
}

/** What a stored role allows. A permission that this version does not know allows nothing. */
export function readRole(row: RoleRow): HeldRole {
  const stored: string[] = JSON.parse(row.permissions);
  const permissions = new Set(stored.filter((entry): entry is Permission => known.has(entry)));
  return { id: row.id, name: row.name, permissions };
}

function builtIn(id: BuiltInRole): HeldRole {
  const { name, permissions } = BUILT_IN_ROLES[id];
  return { id, name, permissions: new Set<Permission>(permissions) };
}

/** A role by its id; undefined when there is none. */
export async function lookUpRole(db: Executor, id: string): Promise<HeldRole | undefined> {
  if (isBuiltIn(id)) {
    return builtIn(id);
  }
  const row = await findRole(db, id);
  return row && readRole(row);
}

/** What somebody with this role may do. It is read anew for every request: a change counts at once. */
export async function roleOf(db: Executor, id: string): Promise<HeldRole> {
  // A role that does not exist (any more) may do nothing, rather than something by default.
  return (await lookUpRole(db, id)) ?? { id, name: id, permissions: new Set() };
}

/** Every role by its id: for lists, where one question per row would be many. */
export async function readRoles(db: Executor): Promise<ReadonlyMap<string, HeldRole>> {
  const builtIns = Object.keys(BUILT_IN_ROLES).map((id) => builtIn(id as BuiltInRole));
  const rows = (await listRoles(db)).map(readRole);
  return new Map([...builtIns, ...rows].map((role) => [role.id, role]));
}
