import { countKeysOf } from '../api-keys/store.ts';
import type { AccessDeps } from '../deps.ts';
import { accountKey } from '../lock-out/keys.ts';
import { pausedKeys } from '../lock-out/store.ts';
import { type HeldRole, readRoles } from '../roles/role-of.ts';
import { peopleWithFactor } from '../second-factor/store.ts';
import type { Person } from './store.ts';

/** What other parts of the module know of a person. */
export type PersonFacts = {
  readonly role: HeldRole | undefined;
  readonly apiKeys: number;
  readonly signInPaused: boolean;
  readonly secondFactor: boolean;
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
  const paused = await pausedKeys(db.read, {
    keys: people.flatMap((person) => [accountOf(person), person.id]),
    now,
  });
  const withFactor = await peopleWithFactor(
    db.read,
    people.map(({ id }) => id),
  );
  return (person) => ({
    role: roles.get(person.role),
    apiKeys: keys.get(person.id) ?? 0,
    signInPaused: paused.has(accountOf(person)) || paused.has(person.id),
    secondFactor: withFactor.has(person.id),
  });
}
