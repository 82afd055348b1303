import { Me, SignIn, SignInOptions } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import type { Actor } from '../actor.ts';
import type { SessionCalls } from './session-calls.ts';

/** Sign-in, sign-out, and who am I. */
export function registerSessionRoutes(
  api: Api,
  { signIn, signOut, options }: SessionCalls & { options: SignInOptions },
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
        description: 'Sets the session cookie. Ten tries a minute from one address.',
        tags: ['Session'],
        body: SignIn,
        response: { 204: Type.Null() },
        errors: ['credentials_wrong', 'rate_limited'],
      },
    },
    async (request, reply) => {
      await signIn({ request, reply }, request.body);
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/session',
    {
      config: { access: 'signed_in' },
      schema: { summary: 'Sign out', tags: ['Session'], response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await signOut({ request, reply });
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
