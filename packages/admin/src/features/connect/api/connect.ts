import type { ConnectAttempt, ConnectStarted, StartConnect } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

export function startConnect(gatewayId: string, body: StartConnect): Promise<ConnectStarted> {
  return post(`/gateways/${encodeURIComponent(gatewayId)}/connect`, body);
}

export const attemptQuery = (gatewayId: string, attemptId: string) =>
  queryOptions({
    queryKey: ['connect', gatewayId, attemptId],
    queryFn: ({ signal }) =>
      get<ConnectAttempt>(
        `/gateways/${encodeURIComponent(gatewayId)}/connect/${encodeURIComponent(attemptId)}`,
        { signal },
      ),
    staleTime: 0,
  });
