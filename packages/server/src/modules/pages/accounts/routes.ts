import { AccountList, ListAccounts, Revocation, RevokeGrant } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import { describeRevocation, makeActive, revokeGrant } from './change-grant.ts';
import { listAccounts } from './list-accounts.ts';

const tags = ['Facebook pages'];
const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfPage = Type.Object({ id: Id, pageId: Id });
const OfGrant = Type.Object({ id: Id, pageId: Id, accountId: Id });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
/** Either alone is enough. */
const change = { access: { section: 'gateways', anyOf: ['create', 'edit'] } } as const;
const edit = { access: { section: 'gateways', anyOf: ['edit'] } } as const;

type Params = { readonly id: string; readonly pageId: string; readonly accountId: string };
const grantOf = ({ id, pageId, accountId }: Params) => ({ gatewayId: id, pageId, accountId });

export function registerAccountRoutes(
  api: Api,
  deps: PagesDeps & { readonly onRemoved: () => void },
): void {
  api.get(
    '/gateways/:id/pages/:pageId/accounts',
    {
      config: read,
      schema: {
        summary: 'Who granted access to a Page',
        description: 'The active grant first, then the newest. `search` is part of a name.',
        tags,
        params: OfPage,
        querystring: ListAccounts,
        response: { 200: AccountList },
        errors: ['not_found'],
      },
    },
    ({ params, query }) =>
      listAccounts(deps, { gatewayId: params.id, pageId: params.pageId, query }),
  );

  api.post(
    '/gateways/:id/pages/:pageId/accounts/:accountId/activate',
    {
      config: change,
      schema: {
        summary: 'Use this account’s access for calls',
        description: 'Refused with `conflict` where Facebook does not accept that access any more.',
        tags,
        params: OfGrant,
        response: { 204: Type.Null() },
        errors: ['not_found', 'conflict'],
      },
    },
    async (request, reply) => {
      await makeActive(deps, { ...grantOf(request.params), actor: actorOf(request) });
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/gateways/:id/pages/:pageId/accounts/:accountId/revocation',
    {
      config: edit,
      schema: {
        summary: 'What revoking an access would end',
        description: 'Changes nothing.',
        tags,
        params: OfGrant,
        response: { 200: Revocation },
        errors: ['not_found'],
      },
    },
    ({ params }) => describeRevocation(deps, grantOf(params)),
  );

  api.delete(
    '/gateways/:id/pages/:pageId/accounts/:accountId',
    {
      config: edit,
      schema: {
        summary: 'Revoke one account’s access to a Page',
        description:
          'Chatgate forgets the token. The last access takes the Page out of the registry, which has to be confirmed by `leavesRegistry`; otherwise that is refused with `conflict`.',
        tags,
        params: OfGrant,
        querystring: RevokeGrant,
        response: { 204: Type.Null() },
        errors: ['not_found', 'conflict'],
      },
    },
    async (request, reply) => {
      const { leavesRegistry = false } = request.query;
      const actor = actorOf(request);
      await revokeGrant(deps, { ...grantOf(request.params), actor, leavesRegistry });
      deps.onRemoved();
      return reply.code(204).send(null);
    },
  );
}
