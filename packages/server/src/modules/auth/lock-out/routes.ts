import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { loadManaged } from '../people/change-person.ts';
import { manageUsers } from '../routes-access.ts';
import { allowAgain } from './limit-sign-in.ts';

/** Lifting a pause. */
export function registerLockOutRoutes(api: Api, deps: AccessDeps & { signInKey: Buffer }): void {
  const { db, audit, onChanged } = deps;
  api.delete(
    '/users/:id/sign-in-pause',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Let a person sign in again',
        description:
          'After too many wrong passwords or codes. A pause of their network address goes by itself.',
        tags: ['Users and roles'],
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 204: Type.Null() },
        errors: ['not_found', 'beyond_own_rights', 'conflict'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      await db.transaction(async (tx) => {
        const person = await loadManaged(tx, actor, request.params.id);
        if (!(await allowAgain(deps, tx, person))) {
          throw new AppError('conflict', 'This person is not paused (any more).');
        }
        await audit.record(tx, {
          actor,
          action: 'sign_in.allowed_again',
          subject: { kind: 'user', id: person.id, name: person.name },
        });
      });
      onChanged();
      return reply.code(204).send(null);
    },
  );
}
