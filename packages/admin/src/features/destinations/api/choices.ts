import type { ConversationList, GatewayList, PageList } from '@chatgate/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../../../shared/api/http.ts';

/** Gateways to choose from; needs read in Chat gateways. */
export const gatewayChoicesQuery = queryOptions({
  queryKey: ['gateways', 'choices'],
  queryFn: ({ signal }) => get<GatewayList>('/gateways', { query: { limit: 200 }, signal }),
});

/** Pages of a gateway by name or id; needs read in Chat gateways. */
export const pageChoicesQuery = (gatewayId: string, search: string) =>
  queryOptions({
    queryKey: ['pages', gatewayId, 'choices', search],
    queryFn: ({ signal }) =>
      get<PageList>(`/gateways/${encodeURIComponent(gatewayId)}/pages`, {
        query: { search, sort: 'name', limit: 100 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Conversations by the person's name; needs read in Conversations. */
export const conversationChoicesQuery = (search: string) =>
  queryOptions({
    queryKey: ['conversations', 'choices', search],
    queryFn: ({ signal }) =>
      get<ConversationList>('/conversations', { query: { search, limit: 20 }, signal }),
    placeholderData: keepPreviousData,
  });
