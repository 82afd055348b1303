import type {
  BulkAction,
  BulkPlan,
  BulkResult,
  LatestBulk,
  PlanBulk,
  StartBulk,
} from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

export type Chosen = Pick<PlanBulk, 'pageIds' | 'matching'>;

const at = (gatewayId: string) => `/gateways/${encodeURIComponent(gatewayId)}/pages/bulk`;

/** The dry run; read anew each time the dialog opens. */
export const bulkPlanQuery = (gatewayId: string, action: BulkAction, chosen: Chosen) =>
  queryOptions({
    queryKey: ['bulk', gatewayId, 'plan', action, chosen],
    queryFn: () => post<BulkPlan>(`${at(gatewayId)}/plan`, { action, ...chosen }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export function startBulk(gatewayId: string, bulk: StartBulk): Promise<{ jobId: string }> {
  return post(at(gatewayId), bulk);
}

/** The action started last, by whomever; read again while it runs. */
export const latestBulkQuery = (gatewayId: string) =>
  queryOptions({
    queryKey: ['bulk', gatewayId, 'job'],
    queryFn: ({ signal }) => get<LatestBulk>(at(gatewayId), { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.latest?.state === 'running' ? 1000 : false),
  });

export const bulkResultQuery = (gatewayId: string, jobId: string) =>
  queryOptions({
    queryKey: ['bulk', gatewayId, 'result', jobId],
    queryFn: ({ signal }) =>
      get<BulkResult>(`${at(gatewayId)}/${encodeURIComponent(jobId)}/result`, { signal }),
  });
