import type { GatewayList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { get } from '../../../shared/api/http.ts';

export type GatewaySort = 'name' | '-name' | 'created' | '-created';

export const gatewaysQuery = (view: { search: string; sort: GatewaySort }) =>
  infiniteQueryOptions({
    queryKey: ['gateways', view],
    queryFn: ({ signal, pageParam }) =>
      get<GatewayList>('/gateways', {
        query: { search: view.search, sort: view.sort, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
