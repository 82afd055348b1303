import type { Gateway } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get } from './http.ts';

export const gatewayQuery = (id: string) =>
  queryOptions({
    queryKey: ['gateway', id],
    queryFn: ({ signal }) => get<Gateway>(`/gateways/${encodeURIComponent(id)}`, { signal }),
  });
