import { ListUsers, UpdateUser, User, UserList } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { manageUsers } from '../routes-access.ts';
import { changePerson, removePerson } from './change-person.ts';
import { listPeople, showPerson } from './list-people.ts';
import { readFacts } from './person-facts.ts';
import { findPerson } from './store.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Users and roles'];

/** `/users`: the people who can sign in. They are made by invitation. */
export function registerPeopleRoutes(api: Api, deps: AccessDeps & { signInKey: Buffer }): void {
  const { db } = deps;

  api.get(
    '/users',
    {
      config: manageUsers.read,
      schema: { summary: 'List people', tags, querystring: ListUsers, response: { 200: UserList } },
    },
    (request) => listPeople(deps, actorOf(request), request.query),
  );

  api.patch(
    '/users/:id',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Change name or role, disable or enable',
        description:
          'A role counts at once, in open sessions too. Disabling ends the sessions and stops the API keys of the person. Refused with `beyond_own_rights` for somebody who holds what the caller lacks, with `last_administrator` when nobody else may manage users.',
        tags,
        params: Id,
        body: UpdateUser,
        response: { 200: User },
        errors: ['not_found', 'beyond_own_rights', 'last_administrator'],
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id } = request.params;
      await changePerson(deps, actor, { ...request.body, id });
      const person = await findPerson(db.read, id);
      if (!person) {
        throw new AppError('not_found', 'Somebody deleted this person meanwhile.');
      }
      const facts = await readFacts(deps, [person]);
      return showPerson({ person, actor, facts: facts(person) });
    },
  );

  api.delete(
    '/users/:id',
    {
      config: manageUsers.delete,
      schema: {
        summary: 'Delete a person',
        description:
          'Ends their sessions and revokes their API keys; the audit log keeps the name.',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found', 'beyond_own_rights', 'last_administrator'],
      },
    },
    async (request, reply) => {
      await removePerson(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
