import type { UnknownPages } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../../shared/api/http.ts';

export const unknownPagesQuery = (gatewayId: string) =>
  queryOptions({
    queryKey: ['unknown-pages', gatewayId],
    queryFn: ({ signal }) =>
      get<UnknownPages>(`/gateways/${encodeURIComponent(gatewayId)}/unknown-pages`, { signal }),
  });
