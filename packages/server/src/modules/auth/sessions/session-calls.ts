import type { SignIn } from '@chatgate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../platform/errors.ts';
import { CLIENT_ADDRESS_HEADER, type People } from '../people/better-auth.ts';

type SignInCall = { request: FastifyRequest; reply: FastifyReply };

/** Calls better-auth's routes as if over HTTP, so that its rate limit counts. */
export function createSessionCalls({ people, publicUrl }: { people: People; publicUrl: string }) {
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

export type SessionCalls = ReturnType<typeof createSessionCalls>;
