import { countKeysOf } from '../api-keys/store.ts';
import type { AccessDeps } from '../deps.ts';
import { accountKey } from '../lock-out/keys.ts';
import { pausedAccounts } from '../lock-out/store.ts';
import { type HeldRole, readRoles } from '../roles/role-of.ts';
import type { Person } from './store.ts';

/** What other parts of the module know of a person. */
export type PersonFacts = {
  readonly role: HeldRole | undefined;
  readonly apiKeys: number;
  readonly signInPaused: boolean;
};

/** Asked once for many people. */
export async function readFacts(
  { db, clock, signInKey }: Pick<AccessDeps, 'db' | 'clock'> & { signInKey: Buffer },
  people: readonly Person[],
): Promise<(person: Person) => PersonFacts> {
  const now = clock.now();
  const accountOf = ({ email }: Person) => accountKey(signInKey, email);
  const roles = await readRoles(db.read);
  const keys = await countKeysOf(db.read, { now });
  const paused = await pausedAccounts(db.read, { keys: people.map(accountOf), now });
  return (person) => ({
    role: roles.get(person.role),
    apiKeys: keys.get(person.id) ?? 0,
    signInPaused: paused.has(accountOf(person)),
  });
}
