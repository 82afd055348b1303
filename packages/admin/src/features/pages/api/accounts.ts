import type { AccountList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { get } from '../../../shared/api/http.ts';

export const accountsQuery = (gatewayId: string, pageId: string, search: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', gatewayId, pageId, search],
    queryFn: ({ signal, pageParam }) =>
      get<AccountList>(
        `/gateways/${encodeURIComponent(gatewayId)}/pages/${encodeURIComponent(pageId)}/accounts`,
        { query: { search, cursor: pageParam }, signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
