import type { Permission } from '@chatgate/contract';

export type PermissionSection = {
  readonly section: string;
  readonly permissions: readonly Permission[];
};

const sectionOf = (permission: Permission) => permission.split(':')[0] ?? '';

/** The permission table, from all permissions in its order: what an administrator holds. */
export function sectionsOf(all: readonly Permission[]): PermissionSection[] {
  const names = [...new Set(all.map(sectionOf))];
  return names.map((section) => ({
    section,
    permissions: all.filter((permission) => sectionOf(permission) === section),
  }));
}

const opens = (all: readonly Permission[], permission: Permission): Permission[] =>
  all.filter((entry) => entry === 'admin:access' || entry === `${sectionOf(permission)}:access`);

/**
 * Ticks or un-ticks one permission and whatever goes with it: an action needs the access to its
 * section, and that to the application; without the access there are no actions.
 */
export function toggled(
  chosen: ReadonlySet<Permission>,
  { permission, all }: { permission: Permission; all: readonly Permission[] },
): ReadonlySet<Permission> {
  if (!chosen.has(permission)) {
    return new Set([...chosen, permission, ...opens(all, permission)]);
  }
  const gone = (entry: Permission) =>
    entry === permission || (entry !== permission && opens(all, entry).includes(permission));
  return new Set([...chosen].filter((entry) => !gone(entry)));
}
