import { SetUp, SetUpState } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { type SignInDeps, signIn } from '../sessions/sign-in.ts';
import type { FirstAdministrator } from './first-administrator.ts';

/** The set-up of the first administrator. */
export function registerSetUpRoutes(
  api: Api,
  deps: SignInDeps & { firstAdministrator: FirstAdministrator },
): void {
  api.get(
    '/setup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the first administrator is still to be made',
        tags: ['Session'],
        response: { 200: SetUpState },
      },
    },
    async () => ({ needed: await deps.firstAdministrator.isNeeded() }),
  );

  api.post(
    '/setup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Make the first administrator',
        description: 'Spends the one-time token of the printed link and signs the person in.',
        tags: ['Session'],
        body: SetUp,
        response: { 204: Type.Null() },
        errors: ['link_spent', 'setup_done', 'credentials_wrong', 'sign_in_paused'],
      },
    },
    async (request, reply) => {
      await deps.firstAdministrator.create(request.body);
      await signIn(deps, { request, reply }, request.body);
      return reply.code(204).send(null);
    },
  );
}
