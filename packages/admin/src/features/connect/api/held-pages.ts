import type { HeldPages } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../../shared/api/http.ts';

export const heldPagesQuery = (gatewayId: string) =>
  queryOptions({
    queryKey: ['accounts', gatewayId, 'held'],
    queryFn: ({ signal }) =>
      get<HeldPages>(`/gateways/${encodeURIComponent(gatewayId)}/accounts`, { signal }),
  });
