import { FindPage, HeldPages, PageFinding } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { createRateLimit } from '../../../platform/http/rate-limit.ts';
import { actorOf } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findPage } from './find-page.ts';
import { readHeldPages } from './held-pages.ts';

const tags = ['Facebook pages'];
const OfGateway = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
const change = { access: { section: 'gateways', anyOf: ['create', 'edit'] } } as const;
/** Each search may cost Meta's limits a dozen calls. */
const SEARCHES_PER_MINUTE = 20;

export function registerFindRoutes(api: Api, deps: PagesDeps): void {
  api.get(
    '/gateways/:id/find-page',
    {
      config: change,
      onRequest: createRateLimit({ clock: deps.clock, perMinute: SEARCHES_PER_MINUTE }),
      schema: {
        summary: 'Find out why a Page is absent',
        description:
          'Takes a Page number, address or user name. Looks at the registry, then asks Meta with the accounts of this gateway. Reads only.',
        tags,
        params: OfGateway,
        querystring: FindPage,
        response: { 200: PageFinding },
        errors: ['not_found', 'rate_limited'],
      },
    },
    (request) =>
      findPage(deps, {
        gatewayId: request.params.id,
        text: request.query.page,
        actor: actorOf(request),
      }),
  );

  api.get(
    '/gateways/:id/accounts',
    {
      config: read,
      schema: {
        summary: 'Who holds which Pages',
        description: 'Accounts that granted access, each with its Pages; shown before a log-in.',
        tags,
        params: OfGateway,
        response: { 200: HeldPages },
        errors: ['not_found'],
      },
    },
    (request) => readHeldPages(deps, request.params.id),
  );
}
