import { SetUp, SetUpState } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import type { SessionCalls } from '../sessions/session-calls.ts';
import type { FirstAdministrator } from './first-administrator.ts';

/** The set-up of the first administrator. */
export function registerSetUpRoutes(
  api: Api,
  {
    firstAdministrator,
    signIn,
  }: { firstAdministrator: FirstAdministrator } & Pick<SessionCalls, 'signIn'>,
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
    async () => ({ needed: await firstAdministrator.isNeeded() }),
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
        errors: ['link_spent', 'setup_done', 'credentials_wrong', 'rate_limited'],
      },
    },
    async (request, reply) => {
      await firstAdministrator.create(request.body);
      await signIn({ request, reply }, request.body);
      return reply.code(204).send(null);
    },
  );
}
