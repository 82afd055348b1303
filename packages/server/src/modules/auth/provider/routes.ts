import { ProviderSignIn, StartProviderSignIn } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import { addressKey } from '../../../platform/http/address-key.ts';
import type { Api } from '../../../platform/http/api.ts';
import { limitTries } from '../passwords/limit-tries.ts';
import type { BrowserCall } from '../sessions/session-calls.ts';
import { passFirstFactor, type SignInDeps } from '../sessions/sign-in.ts';
import { type AdmitDeps, admitPerson } from './admit-person.ts';
import type { Attempts } from './attempts.ts';
import type { ProviderClient } from './provider-client.ts';

export type ProviderDeps = SignInDeps &
  AdmitDeps & { readonly client: ProviderClient; readonly attempts: Attempts };

/** Sign-in with the OpenID Connect provider; `undefined` where none is set. */
export function registerProviderRoutes(
  api: Api,
  given: { deps: ProviderDeps | undefined; limits: Parameters<typeof limitTries>[0] },
): void {
  const load = () => {
    if (!given.deps) {
      throw new AppError('provider_off', 'No sign-in provider is set.');
    }
    return given.deps;
  };

  api.post(
    '/session/provider',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Begin to sign in with the provider',
        description:
          'The browser then goes to `url`, and comes back to the callback within ten minutes. Ten tries a minute from one address.',
        tags: ['Session'],
        body: StartProviderSignIn,
        response: { 201: ProviderSignIn },
        errors: [
          'provider_off',
          'provider_unreachable',
          'provider_refused',
          'provider_cancelled',
          'rate_limited',
        ],
      },
    },
    async (request, reply) => {
      const { client, attempts } = load();
      await limitTries(given.limits, `provider:${addressKey(request.ip)}`);
      const begun = await client.begin();
      if (begun.kind === 'failed') {
        throw new AppError(begun.problem, 'The sign-in provider does not answer as it should.');
      }
      const { url, checks } = begun;
      await attempts.keep({ request, reply }, { checks, to: request.body.to ?? '/' });
      return reply.code(201).send({ url });
    },
  );

  api.get(
    '/session/provider/callback',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Where the provider sends the browser back to',
        description:
          'Works once, and only in the browser that began. Redirects to where the person wanted to go, or to the sign-in screen with what went wrong.',
        tags: ['Session'],
        response: { 302: Type.Null() },
        errors: ['provider_off'],
      },
    },
    async (request, reply) => {
      const to = await comeBack(load(), { request, reply }).catch((error: unknown) => {
        if (error instanceof AppError) {
          return `/sign-in?problem=${error.code}`;
        }
        throw error;
      });
      return reply.redirect(to, 302);
    },
  );
}

/** Gives where the browser goes next. */
async function comeBack(deps: ProviderDeps, http: BrowserCall): Promise<string> {
  const search = new URL(http.request.url, deps.publicUrl).search;
  const state = new URLSearchParams(search).get('state') ?? '';
  const attempt = await deps.attempts.spend(http, state);
  if (!attempt) {
    throw new AppError('provider_attempt_over', 'This took too long, or was done already.');
  }
  const finished = await deps.client.finish(search, attempt.checks);
  if (finished.kind === 'failed') {
    throw new AppError(finished.problem, 'The provider did not confirm who this is.');
  }
  const person = await admitPerson(deps, finished.identity);
  const needed = await passFirstFactor(deps, http, person);
  return needed ? `/sign-in?to=${encodeURIComponent(attempt.to)}` : attempt.to;
}
