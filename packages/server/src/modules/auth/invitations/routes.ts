import {
  AcceptInvitation,
  CreateInvitation,
  InvitationLook,
  LookAtLink,
  type PersonInvitation,
  PersonInvitationList,
  SendLink,
  SentInvitation,
} from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Api } from '../../../platform/http/api.ts';
import { type Actor, actorOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { beyond } from '../roles/own-rights.ts';
import { type HeldRole, readRoles } from '../roles/role-of.ts';
import { manageUsers } from '../routes-access.ts';
import { type SignInDeps, signIn } from '../sessions/sign-in.ts';
import { acceptInvitation, lookAtInvitation } from './accept-invitation.ts';
import { invite, resendInvitation, revokeInvitation } from './invite.ts';
import { findOpenInvitation, type InvitationRow, listOpenInvitations } from './store.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Users and roles'];

/** Asking people in. */
export function registerInvitationRoutes(api: Api, deps: AccessDeps): void {
  const { db, clock } = deps;

  async function showOne(actor: Actor, id: string): Promise<PersonInvitation> {
    const row = await findOpenInvitation(db.read, { id });
    if (!row) {
      throw new AppError('not_found', 'This invitation was accepted or revoked meanwhile.');
    }
    return show(row, { actor, roles: await readRoles(db.read), now: clock.now() });
  }

  api.get(
    '/invitations',
    {
      config: manageUsers.read,
      schema: { summary: 'List open invitations', tags, response: { 200: PersonInvitationList } },
    },
    async (request) => {
      const about = { actor: actorOf(request), roles: await readRoles(db.read), now: clock.now() };
      const rows = await listOpenInvitations(db.read);
      return { items: rows.map((row) => show(row, about)), nextCursor: null, total: rows.length };
    },
  );

  api.post(
    '/invitations',
    {
      config: manageUsers.create,
      schema: {
        summary: 'Invite a person',
        description:
          'Sends a link by mail, valid for seven days and once. Without a mail server, or when it refuses, the link is in the answer, this once. Refused with `beyond_own_rights` for a role that holds what the caller lacks.',
        tags,
        body: CreateInvitation,
        response: { 201: SentInvitation },
        errors: ['not_found', 'beyond_own_rights', 'person_exists', 'already_invited'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { id, delivery } = await invite(deps, actor, request.body);
      return reply.code(201).send({ invitation: await showOne(actor, id), delivery });
    },
  );

  api.post(
    '/invitations/:id/resend',
    {
      config: manageUsers.create,
      schema: {
        summary: 'Send an invitation again',
        description: 'With a new link; the one sent before stops working.',
        tags,
        params: Id,
        body: SendLink,
        response: { 200: SentInvitation },
        errors: ['not_found', 'beyond_own_rights'],
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id } = request.params;
      const delivery = await resendInvitation(deps, actor, { ...request.body, id });
      return { invitation: await showOne(actor, id), delivery };
    },
  );

  registerRevoking(api, deps);
}

function registerRevoking(api: Api, deps: AccessDeps): void {
  api.delete(
    '/invitations/:id',
    {
      config: manageUsers.create,
      schema: {
        summary: 'Revoke an invitation',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      await revokeInvitation(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

/** For whoever was asked in: everybody who has the link. */
export function registerInvitedRoutes(api: Api, deps: AccessDeps & SignInDeps): void {
  api.post(
    '/invitations/look',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What an invitation link is about',
        description: 'Spends nothing. The token is in the body, so that no log has it.',
        tags,
        body: LookAtLink,
        response: { 200: InvitationLook },
        errors: ['link_spent'],
      },
    },
    (request) => lookAtInvitation(deps, request.body.token),
  );

  api.post(
    '/invitations/accept',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Accept an invitation',
        description: 'Makes the person and signs them in. The link is spent by success only.',
        tags,
        body: AcceptInvitation,
        response: { 204: Type.Null() },
        errors: ['link_spent', 'invitation_withdrawn', 'person_exists'],
      },
    },
    async (request, reply) => {
      const { email } = await acceptInvitation(deps, request.body);
      // The person exists now, whatever comes next: who cannot be signed in here (too many tries
      // from this address) signs in themselves.
      const { password } = request.body;
      await signIn(deps, { request, reply }, { email, password }).catch(() => {});
      return reply.code(204).send(null);
    },
  );
}

function show(
  row: InvitationRow,
  { actor, roles, now }: { actor: Actor; roles: ReadonlyMap<string, HeldRole>; now: number },
): PersonInvitation {
  const role = roles.get(row.role);
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: { id: row.role, name: role?.name ?? row.role },
    invitedBy: row.invited_by_name,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    expired: row.expires_at <= now,
    beyondCaller: role !== undefined && beyond(actor, role.permissions).length > 0,
  };
}
