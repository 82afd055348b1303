import {
  AskPasswordReset,
  ChangePassword,
  LinkDelivery,
  LookAtLink,
  PasswordResetLook,
  SendLink,
  SpendPasswordReset,
} from '@chatgate/contract';
import { Type } from 'typebox';
import { addressKey } from '../../../platform/http/address-key.ts';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf, personOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { manageUsers } from '../routes-access.ts';
import type { ResetDesk } from './ask-reset.ts';
import { changePassword } from './change-password.ts';
import { limitTries } from './limit-tries.ts';
import { resetByAdministrator } from './make-reset-link.ts';
import type { Passwords } from './passwords.ts';
import { lookAtReset, spendReset } from './spend-reset.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Passwords'];

/** One's own password. */
export function registerPasswordRoutes(
  api: Api,
  deps: AccessDeps & { passwords: Passwords },
): void {
  api.put(
    '/me/password',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'Change the own password',
        description: 'Ends every other session of the person. Ten tries a minute.',
        tags,
        body: ChangePassword,
        response: { 204: Type.Null() },
        errors: ['person_only', 'credentials_wrong', 'rate_limited'],
      },
    },
    async (request, reply) => {
      const { actor, sessionId } = personOf(request);
      await changePassword(deps, { actor, sessionId, change: request.body });
      return reply.code(204).send(null);
    },
  );
}

/** A new password by link. */
export function registerPasswordResetRoutes(
  api: Api,
  deps: AccessDeps & { passwords: Passwords; resetDesk: ResetDesk; signInKey: Buffer },
): void {
  api.post(
    '/password-resets',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Ask for a new password by mail',
        description:
          'The answer is the same whoever exists. Refused with `mail_off` when no mail server is configured. Ten tries a minute from one address, one mail a minute to one person.',
        tags,
        body: AskPasswordReset,
        response: { 202: Type.Null() },
        errors: ['mail_off', 'rate_limited'],
      },
    },
    async (request, reply) => {
      await limitTries(deps, `password_reset:${addressKey(request.ip)}`);
      deps.resetDesk.ask(request.body);
      return reply.code(202).send(null);
    },
  );

  api.post(
    '/password-resets/look',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whose password a link resets',
        description: 'Spends nothing. The token is in the body, so that no log has it.',
        tags,
        body: LookAtLink,
        response: { 200: PasswordResetLook },
        errors: ['link_spent'],
      },
    },
    (request) => lookAtReset(deps, request.body.token),
  );

  api.post(
    '/password-resets/spend',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Set a new password by link',
        description: 'Ends every session of the person; they sign in anew. Spent by success only.',
        tags,
        body: SpendPasswordReset,
        response: { 204: Type.Null() },
        errors: ['link_spent'],
      },
    },
    async (request, reply) => {
      await spendReset(deps, request.body);
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/users/:id/password-reset',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Make a password reset link for a person',
        description:
          'Sent by mail; without a mail server, or when it refuses, the link is in the answer, this once. Valid for an hour and once. The old password works until then. Refused with `beyond_own_rights` for somebody who holds what the caller lacks.',
        tags,
        params: Id,
        body: SendLink,
        response: { 201: LinkDelivery },
        errors: ['not_found', 'beyond_own_rights', 'conflict'],
      },
    },
    async (request, reply) => {
      const wish = { ...request.body, id: request.params.id };
      const delivery = await resetByAdministrator(deps, actorOf(request), wish);
      return reply.code(201).send(delivery);
    },
  );
}
