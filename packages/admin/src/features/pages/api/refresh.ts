import type { RefreshJob } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

const at = (gatewayId: string) => `/gateways/${encodeURIComponent(gatewayId)}/pages/refresh`;

export function startRefresh(gatewayId: string): Promise<{ jobId: string }> {
  return post(at(gatewayId), {});
}

export const refreshJobQuery = (gatewayId: string, jobId: string) =>
  queryOptions({
    queryKey: ['refresh', gatewayId, 'job', jobId],
    queryFn: ({ signal }) =>
      get<RefreshJob>(`${at(gatewayId)}/${encodeURIComponent(jobId)}`, { signal }),
    enabled: jobId !== '',
    staleTime: 0,
    retry: false,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1000 : false),
  });
