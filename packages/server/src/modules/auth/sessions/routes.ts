import { Me, SecondFactorNeeded, SignIn, SignInOptions } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import type { Actor } from '../actor.ts';
import { type SignInDeps, signIn } from './sign-in.ts';

/** Sign-in, sign-out, and who am I. */
export function registerSessionRoutes(
  api: Api,
  { options, ...deps }: SignInDeps & { options: SignInOptions },
): void {
  api.get(
    '/session/options',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What the sign-in screen offers',
        tags: ['Session'],
        response: { 200: SignInOptions },
      },
    },
    async () => options,
  );

  api.post(
    '/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in',
        description:
          'Sets the session cookie; or answers 202 where a second factor is needed first. Five wrong passwords in a row pause the account, for 30 s and then twice as long each time, up to an hour, with `sign_in_paused`; 20 pause the address. A browser in which this person signed in before is counted apart.',
        tags: ['Session'],
        body: SignIn,
        response: { 202: SecondFactorNeeded, 204: Type.Null() },
        errors: ['credentials_wrong', 'sign_in_paused'],
      },
    },
    async (request, reply) => {
      const needed = await signIn(deps, { request, reply }, request.body);
      return needed ? reply.code(202).send(needed) : reply.code(204).send(null);
    },
  );

  api.delete(
    '/session',
    {
      config: { access: 'signed_in' },
      schema: { summary: 'Sign out', tags: ['Session'], response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await deps.sessions.end({ request, reply });
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/me',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'Who am I, and what may I do',
        tags: ['Session'],
        response: { 200: Me },
      },
    },
    async (request) => showActor(request.actor),
  );
}

function showActor(actor: Actor | null) {
  if (!actor) {
    throw new AppError('unauthenticated', 'Sign in first.');
  }
  const { kind, id, name, email, role } = actor;
  return { kind, id, name, email, role, permissions: [...actor.permissions] };
}
