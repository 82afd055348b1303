import type { ListUsers, User, UserList } from '@chatgate/contract';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { beyond } from '../roles/own-rights.ts';
import { type PersonFacts, readFacts } from './person-facts.ts';
import { type Person, readPeople } from './store.ts';

const PAGE = 50;

/**
 * People by name, a page at a time. They are searched here, not by SQL: SQLite folds the case of
 * ASCII only, and names are not ASCII. 5,000 people take 10 ms.
 */
export async function listPeople(
  deps: Pick<AccessDeps, 'db' | 'clock'> & { signInKey: Buffer },
  actor: Actor,
  { search = '', role: ofRole, cursor, limit = PAGE }: ListUsers,
): Promise<UserList> {
  const matches = matcher(search);
  const found = (await readPeople(deps.db.read))
    .filter(({ role }) => ofRole === undefined || role === ofRole)
    .filter(({ name, email }) => matches(name) || matches(email))
    .map((person) => ({ person, key: person.name.toLowerCase() }))
    .sort((a, b) => compare([a.key, a.person.id], [b.key, b.person.id]));
  const position = cursor === undefined ? undefined : decodeCursor(cursor, 2).map(String);
  const rest = position
    ? found.filter(({ key, person }) => compare([key, person.id], position) > 0)
    : found;
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const people = shown.map(({ person }) => person);
  const facts = await readFacts(deps, people);
  return {
    items: people.map((person) => showPerson({ person, actor, facts: facts(person) })),
    nextCursor: last && rest.length > limit ? encodeCursor([last.key, last.person.id]) : null,
    total: found.length,
  };
}

export function showPerson({
  person,
  actor,
  facts: { role, ...facts },
}: {
  person: Person;
  actor: Actor;
  facts: PersonFacts;
}): User {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    role: { id: person.role, name: role?.name ?? person.role },
    enabled: person.enabled,
    ...facts,
    isCaller: actor.ownerId === person.id,
    beyondCaller: role !== undefined && beyond(actor, role.permissions).length > 0,
    createdAt: person.createdAt,
  };
}

/** `*` stands for anything, as in every search of ours. */
function matcher(search: string): (text: string) => boolean {
  const parts = search.trim().toLowerCase().split('*');
  return (text) => {
    const folded = text.toLowerCase();
    let from = 0;
    for (const part of parts) {
      const at = folded.indexOf(part, from);
      if (at === -1) {
        return false;
      }
      from = at + part.length;
    }
    return true;
  };
}

function compare(a: readonly string[], b: readonly string[]): number {
  const [nameA = '', idA = ''] = a;
  const [nameB = '', idB = ''] = b;
  if (nameA !== nameB) {
    return nameA < nameB ? -1 : 1;
  }
  return idA < idB ? -1 : Number(idA > idB);
}
