import {
  AnswerSecondFactor,
  ConfirmSecondFactor,
  ProveSecondFactor,
  RecoveryCodes,
  SecondFactor,
  SecondFactorSecret,
  SecondFactorStep,
  StartSecondFactor,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf, personOf } from '../actor.ts';
import { manageUsers } from '../routes-access.ts';
import { beginSession, type SignInDeps } from '../sessions/sign-in.ts';
import type { SecondFactorDeps } from './check-code.ts';
import { confirmFactor, renewCodes, showFactor, startFactor, turnFactorOff } from './own-factor.ts';
import { removeFactor } from './remove-factor.ts';

const tags = ['Second factor'];
const forMe = { config: { access: 'signed_in' } } as const;

/** The second step of signing in. */
export function registerChallengeRoutes(api: Api, deps: SignInDeps): void {
  api.get(
    '/session/second-factor',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether this browser still owes a code to sign in',
        tags: ['Session'],
        response: { 200: SecondFactorStep },
      },
    },
    (request) => deps.challenges.look({ request }),
  );

  api.post(
    '/session/second-factor',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in, second step',
        description:
          'Only in the browser that gave the password. Refused with `code_wrong` (`details.triesLeft`), `challenge_over` after five tries or ten minutes, and `sign_in_paused` when too many codes were wrong in a row.',
        tags: ['Session'],
        body: AnswerSecondFactor,
        response: { 204: Type.Null() },
        errors: ['code_wrong', 'challenge_over', 'sign_in_paused'],
      },
    },
    async (request, reply) => {
      const http = { request, reply };
      await beginSession(deps, http, await deps.challenges.answer(http, request.body.code));
      return reply.code(204).send(null);
    },
  );
}

/** Setting up one's own. */
export function registerSetUpFactorRoutes(api: Api, deps: SecondFactorDeps): void {
  api.get(
    '/me/second-factor',
    {
      ...forMe,
      schema: {
        summary: 'Whether I have a second factor',
        tags,
        response: { 200: SecondFactor },
        errors: ['person_only'],
      },
    },
    (request) => showFactor(deps, personOf(request).userId),
  );

  api.post(
    '/me/second-factor',
    {
      ...forMe,
      schema: {
        summary: 'Make a secret for an authenticator app',
        description:
          'Time-based codes (RFC 6238). Counts for nothing until a code confirms it; another call replaces it.',
        tags,
        body: StartSecondFactor,
        response: { 201: SecondFactorSecret },
        errors: [
          'person_only',
          'credentials_wrong',
          'no_password',
          'second_factor_on',
          'rate_limited',
        ],
      },
    },
    async (request, reply) => {
      const made = await startFactor(deps, personOf(request), request.body.password);
      return reply.code(201).send(made);
    },
  );

  api.post(
    '/me/second-factor/confirm',
    {
      ...forMe,
      schema: {
        summary: 'Turn the second factor on',
        description:
          'Ends the other sessions. The recovery codes are in the answer, this once; each works once.',
        tags,
        body: ConfirmSecondFactor,
        response: { 200: RecoveryCodes },
        errors: ['person_only', 'conflict', 'code_wrong', 'rate_limited'],
      },
    },
    async (request) => ({ codes: await confirmFactor(deps, personOf(request), request.body.code) }),
  );
}

/** Changing one's own, and taking off somebody else's. */
export function registerFactorRoutes(api: Api, deps: SecondFactorDeps): void {
  api.post(
    '/me/second-factor/recovery-codes',
    {
      ...forMe,
      schema: {
        summary: 'Make new recovery codes',
        description: 'The old ones work no more.',
        tags,
        body: ProveSecondFactor,
        response: { 200: RecoveryCodes },
        errors: [
          'person_only',
          'second_factor_off',
          'credentials_wrong',
          'no_password',
          'code_wrong',
          'sign_in_paused',
          'rate_limited',
        ],
      },
    },
    async (request) => ({ codes: await renewCodes(deps, personOf(request), request.body) }),
  );

  api.post(
    '/me/second-factor/turn-off',
    {
      ...forMe,
      schema: {
        summary: 'Turn the second factor off',
        tags,
        body: ProveSecondFactor,
        response: { 204: Type.Null() },
        errors: [
          'person_only',
          'second_factor_off',
          'credentials_wrong',
          'no_password',
          'code_wrong',
          'sign_in_paused',
          'rate_limited',
        ],
      },
    },
    async (request, reply) => {
      await turnFactorOff(deps, personOf(request), request.body);
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/users/:id/second-factor',
    {
      config: manageUsers.edit,
      schema: {
        summary: "Remove a person's second factor",
        description:
          'For somebody who lost it. Ends their sessions. Refused with `beyond_own_rights` for somebody who holds what the caller lacks.',
        tags: ['Users and roles'],
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 204: Type.Null() },
        errors: ['not_found', 'beyond_own_rights', 'second_factor_off'],
      },
    },
    async (request, reply) => {
      await removeFactor(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
