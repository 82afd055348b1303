import {
  ConnectByInvite,
  ConnectStarted,
  CreateInvite,
  Invitation,
  InviteCreated,
  InvitedAttempt,
  InviteList,
  LookAtInvite,
} from '@chatgate/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { addressKey } from '../../../platform/http/address-key.ts';
import type { Api } from '../../../platform/http/api.ts';
import { createRateLimit } from '../../../platform/http/rate-limit.ts';
import { actorOf, limitTries } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import {
  connectByInvite,
  INVITE_COOKIE,
  loadInvitedAttempt,
  lookAtInvite,
  SESSION_MS,
} from './admit.ts';
import { createInvite, readInvites, withdrawInvite } from './manage-invites.ts';
import { MAY_CONNECT } from './still-given.ts';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfGateway = Type.Object({ id: Id });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
const change = { access: { section: 'gateways', anyOf: MAY_CONNECT } } as const;
const PER_MINUTE = 30;

/** For the people who invite. */
export function registerInviteRoutes(api: Api, deps: PagesDeps): void {
  const tags = ['Invites'];

  api.get(
    '/gateways/:id/invites',
    {
      config: read,
      schema: {
        summary: 'List the invites of a gateway',
        description: 'The newest first, with what became of each. The links are not kept.',
        tags,
        params: OfGateway,
        querystring: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 500 })) }),
        response: { 200: InviteList },
        errors: ['not_found'],
      },
    },
    (request) => readInvites(deps, { gatewayId: request.params.id, cursor: request.query.cursor }),
  );

  api.post(
    '/gateways/:id/invites',
    {
      config: change,
      schema: {
        summary: 'Invite a Page administrator',
        description:
          'Makes a link with which one person without an account here connects their Pages to this gateway, and can do nothing else. The link is shown this once.',
        tags,
        params: OfGateway,
        body: CreateInvite,
        response: { 201: InviteCreated },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const invite = { gatewayId: params.id, body, actor: actorOf(request) };
      return reply.code(201).send(await createInvite(deps, invite));
    },
  );

  api.delete(
    '/gateways/:id/invites/:inviteId',
    {
      config: change,
      schema: {
        summary: 'Revoke an invite',
        description:
          'At once: a log-in under way with it changes nothing. Pages connected before stay.',
        tags,
        params: Type.Object({ id: Id, inviteId: Id }),
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const { id: gatewayId, inviteId: id } = request.params;
      await withdrawInvite(deps, { gatewayId, id, actor: actorOf(request) });
      return reply.code(204).send(null);
    },
  );
}

/** For the people who are invited: no account, no session, only the link and then its cookie. */
export function registerInvitedRoutes(api: Api, deps: PagesDeps): void {
  const tags = ['Invited people'];
  const { onRequest, preValidation } = limits(deps);
  const config = { access: 'public' } as const;
  const secure = deps.publicUrl.startsWith('https:') ? '; Secure' : '';

  api.post(
    '/invite',
    {
      config,
      onRequest,
      preValidation,
      schema: {
        summary: 'Look at an invite',
        description: 'Spends nothing. `link_spent` says in `details.reason` why a link is over.',
        tags,
        body: LookAtInvite,
        response: { 200: Invitation },
        errors: ['link_spent', 'rate_limited'],
      },
    },
    ({ body, headers }) => lookAtInvite(deps, { token: body.token, cookies: headers.cookie }),
  );

  api.post(
    '/invite/connect',
    {
      config,
      onRequest,
      preValidation,
      schema: {
        summary: 'Start the log-in of an invited person',
        description:
          'Sets a cookie that binds the log-in to this browser, for an hour. The link is spent by the first browser that connects a Page.',
        tags,
        body: ConnectByInvite,
        response: { 201: ConnectStarted },
        errors: ['link_spent', 'rate_limited'],
      },
    },
    async ({ body, headers }, reply) => {
      const { started, cookie } = await connectByInvite(deps, {
        token: body.token,
        cookies: headers.cookie,
        reauthenticate: body.reauthenticate ?? false,
      });
      if (cookie !== undefined) {
        const seconds = SESSION_MS / 1000;
        reply.header(
          'set-cookie',
          `${INVITE_COOKIE}=${cookie}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
        );
      }
      return reply.code(201).send(started);
    },
  );

  api.get(
    '/invite/attempts/:attemptId',
    {
      config,
      onRequest,
      preValidation,
      schema: {
        summary: 'How the log-in of an invited person went',
        description: 'For the browser that started it. Names no other person.',
        tags,
        params: Type.Object({ attemptId: Id }),
        response: { 200: InvitedAttempt },
        errors: ['not_found', 'rate_limited'],
      },
    },
    ({ params, headers }) =>
      loadInvitedAttempt(deps, { id: params.attemptId, cookies: headers.cookie }),
  );
}

/** Floods are stopped without a statement; what is left is counted for all replicas together. */
const limits = (deps: PagesDeps) => ({
  onRequest: createRateLimit({ clock: deps.clock, perMinute: PER_MINUTE }),
  preValidation: (request: FastifyRequest) =>
    limitTries(deps, `invite:${addressKey(request.ip)}`, PER_MINUTE),
});
