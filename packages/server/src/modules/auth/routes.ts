import { Me, SetUp, SetUpState, SignIn } from '@chatgate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { AppError } from '../../platform/errors.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Actor } from './actor.ts';
import type { FirstAdministrator } from './first-administrator.ts';
import { CLIENT_ADDRESS_HEADER, type People } from './people.ts';

type SignInCall = { request: FastifyRequest; reply: FastifyReply };

/** Calls better-auth's routes as if over HTTP, so that its rate limit counts. */
function createSessionCalls({ people, publicUrl }: { people: People; publicUrl: string }) {
  async function call(path: string, { request, reply }: SignInCall, body: unknown) {
    const response = await people.handler(
      new Request(`${publicUrl}/people${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [CLIENT_ADDRESS_HEADER]: request.ip,
          'user-agent': request.headers['user-agent'] ?? '',
          cookie: request.headers.cookie ?? '',
        },
        body: JSON.stringify(body),
      }),
    );
    for (const cookie of response.headers.getSetCookie()) {
      reply.header('set-cookie', cookie);
    }
    return response;
  }

  return {
    async signIn(http: SignInCall, { email, password }: SignIn): Promise<void> {
      const response = await call('/sign-in/email', http, { email, password });
      if (response.status === 429) {
        const seconds = Number(response.headers.get('x-retry-after') ?? 60);
        http.reply.header('retry-after', seconds);
        throw new AppError('rate_limited', 'Too many tries. Wait a minute.', {
          details: { retryAfterSeconds: seconds },
        });
      }
      if (!response.ok) {
        // One answer whatever was wrong: nobody learns which addresses exist.
        throw new AppError('credentials_wrong', 'E-mail or password is wrong.');
      }
    },
    async signOut(http: SignInCall): Promise<void> {
      await call('/sign-out', http, {});
    },
  };
}

type RouteDeps = { people: People; firstAdministrator: FirstAdministrator; publicUrl: string };

/** Sign-in, sign-out, and who am I. */
export function registerSessionRoutes(api: Api, deps: RouteDeps): void {
  const { signIn, signOut } = createSessionCalls(deps);

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

/** The set-up of the first administrator. */
export function registerSetUpRoutes(api: Api, deps: RouteDeps): void {
  const { firstAdministrator } = deps;
  const { signIn } = createSessionCalls(deps);

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
      },
    },
    async (request, reply) => {
      await firstAdministrator.create(request.body);
      await signIn({ request, reply }, request.body);
      return reply.code(204).send(null);
    },
  );
}

function showActor(actor: Actor | null) {
  if (!actor) {
    throw new AppError('unauthenticated', 'Sign in first.');
  }
  const { kind, id, name, email, role } = actor;
  return { kind, id, name, email, role, permissions: [...actor.permissions] };
}
