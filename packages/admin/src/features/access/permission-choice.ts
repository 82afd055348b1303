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

const accessTo = (all: readonly Permission[], permission: Permission): Permission[] =>
  all.filter((entry) => entry === 'admin:access' || entry === `${sectionOf(permission)}:access`);

/** What is ticked together: an action is of little use where one cannot see what it acts on. */
const readingOf = (all: readonly Permission[], permission: Permission): Permission[] =>
  permission.endsWith(':access')
    ? []
    : all.filter((entry) => entry === `${sectionOf(permission)}:read`);

/**
 * Ticks or un-ticks one permission and whatever goes with it: an action needs the access to its
 * section, and that to the application; without the access there are no actions. Reading comes
 * along, and may be taken off again: a key that only writes is a sensible key.
 */
export function toggled(
  chosen: ReadonlySet<Permission>,
  { permission, all }: { permission: Permission; all: readonly Permission[] },
): ReadonlySet<Permission> {
  if (!chosen.has(permission)) {
    const along = [...accessTo(all, permission), ...readingOf(all, permission)];
    return new Set([...chosen, permission, ...along]);
  }
  const isGone = (entry: Permission) =>
    entry === permission || accessTo(all, entry).includes(permission);
  return new Set([...chosen].filter((entry) => !isGone(entry)));
}

/** The sections where one may act, but not see. */
export function blindSections(chosen: ReadonlySet<Permission>): string[] {
  return sectionsOf([...chosen])
    .filter(({ section, permissions }) => {
      const actions = permissions.filter((entry) => !entry.endsWith(':access'));
      return actions.length > 0 && !actions.some((entry) => entry === `${section}:read`);
    })
    .map(({ section }) => section);
}
