import type { Executor } from '../../../platform/db/index.ts';
import { readRoles } from './role-of.ts';

/** A role by its id, or by its name in any case; else the words that would have been understood. */
export async function findRoleByText(
  db: Executor,
  text: string,
): Promise<{ id: string } | { known: readonly string[] }> {
  const roles = [...(await readRoles(db)).values()];
  const wanted = text.trim().toLowerCase();
  const found =
    roles.find(({ id }) => id === text) ?? roles.find(({ name }) => name.toLowerCase() === wanted);
  return found
    ? { id: found.id }
    : { known: roles.map(({ id, name }) => (id.startsWith('ro_') ? `"${name}"` : id)) };
}
