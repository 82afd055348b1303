import {
  BulkJob,
  BulkPlan,
  BulkResult,
  BulkStarted,
  LatestBulk,
  PlanBulk,
  StartBulk,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import { loadBulk, loadBulkResult, loadLatestBulk, startBulk } from './bulk-job.ts';
import { planBulk } from './plan-bulk.ts';

const tags = ['Facebook pages'];
const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfGateway = Type.Object({ id: Id });
const OfJob = Type.Object({ id: Id, jobId: Id });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
/** Either alone is enough to switch; removing needs edit, which `startBulk` checks. */
const change = { access: { section: 'gateways', anyOf: ['create', 'edit'] } } as const;

export function registerBulkRoutes(
  api: Api,
  deps: PagesDeps & { readonly onBulk: () => void },
): void {
  registerProgress(api, deps);
  api.post(
    '/gateways/:id/pages/bulk/plan',
    {
      config: change,
      schema: {
        summary: 'Dry run of an action on many Pages',
        description: 'Says per Page what would happen. Changes nothing and asks Meta nothing.',
        tags,
        params: OfGateway,
        body: PlanBulk,
        response: { 200: BulkPlan },
        errors: ['not_found'],
      },
    },
    (request) => planBulk(deps, { gatewayId: request.params.id, plan: request.body }),
  );

  api.post(
    '/gateways/:id/pages/bulk',
    {
      config: change,
      schema: {
        summary: 'Switch or remove many Pages',
        description:
          'Takes the items of a plan and works on them in the background; goes on after a restart. One at a time per gateway (`conflict`). `remove` needs `edit`. A Page that somebody else switched meanwhile is left as it is and listed as refused.',
        tags,
        params: OfGateway,
        body: StartBulk,
        response: { 202: BulkStarted },
        errors: ['not_found', 'conflict'],
      },
    },
    async (request, reply) => {
      const jobId = await startBulk(deps, {
        gatewayId: request.params.id,
        bulk: request.body,
        actor: actorOf(request),
      });
      deps.onBulk();
      return reply.code(202).send({ jobId });
    },
  );
}

function registerProgress(api: Api, deps: PagesDeps): void {
  api.get(
    '/gateways/:id/pages/bulk',
    {
      config: read,
      schema: {
        summary: 'The action on many Pages that was started last',
        description: '`latest` is null before the first one.',
        tags,
        params: OfGateway,
        response: { 200: LatestBulk },
        errors: ['not_found'],
      },
    },
    async ({ params }) => ({ latest: await loadLatestBulk(deps, params.id) }),
  );

  api.get(
    '/gateways/:id/pages/bulk/:jobId',
    {
      config: read,
      schema: {
        summary: 'How far an action on many Pages is',
        tags,
        params: OfJob,
        response: { 200: BulkJob },
        errors: ['not_found'],
      },
    },
    ({ params }) => loadBulk(deps, { gatewayId: params.id, id: params.jobId }),
  );

  api.get(
    '/gateways/:id/pages/bulk/:jobId/result',
    {
      config: read,
      schema: {
        summary: 'What an action did to each Page',
        description: 'In the order of the plan; `pending` while it is under way.',
        tags,
        params: OfJob,
        response: { 200: BulkResult },
        errors: ['not_found'],
      },
    },
    ({ params }) => loadBulkResult(deps, { gatewayId: params.id, id: params.jobId }),
  );
}
