import type { ListUsers, User, UserList } from '@chatgate/contract';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import { matcher, pageOf } from '../../../platform/short-list.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { beyond } from '../roles/own-rights.ts';
import { type PersonFacts, readFacts } from './person-facts.ts';
import { type Person, readPeople } from './store.ts';

const PAGE = 50;

/** People by name, a page at a time. */
export async function listPeople(
  deps: Pick<AccessDeps, 'db' | 'clock'> & { signInKey: Buffer },
  actor: Actor,
  { search = '', role: ofRole, cursor, limit = PAGE }: ListUsers,
): Promise<UserList> {
  const matches = matcher(search);
  const found = (await readPeople(deps.db.read))
    .filter(({ role }) => ofRole === undefined || role === ofRole)
    .filter(({ name, email }) => matches(name) || matches(email));
  const { shown: people, next } = pageOf(found, {
    placeOf: ({ name, id }) => [name.toLowerCase(), id],
    after: cursor === undefined ? undefined : decodeCursor(cursor, ['string', 'string']),
    limit,
  });
  const facts = await readFacts(deps, people);
  return {
    items: people.map((person) => showPerson({ person, actor, facts: facts(person) })),
    nextCursor: next ? encodeCursor(next) : null,
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
