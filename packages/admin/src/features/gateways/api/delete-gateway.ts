import type { GatewayDeletion } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, remove } from '../../../shared/api/http.ts';

/** What deleting a gateway would end; asked before the confirmation. */
export const deletionQuery = (id: string) =>
  queryOptions({
    queryKey: ['gateway', id, 'deletion'],
    queryFn: ({ signal }) =>
      get<GatewayDeletion>(`/gateways/${encodeURIComponent(id)}/deletion`, { signal }),
    staleTime: 0,
  });

export function deleteGateway(id: string): Promise<void> {
  return remove(`/gateways/${encodeURIComponent(id)}`);
}
