import type { ConversationList, MessageList, RawEvent } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, remove, tell } from '../../../shared/api/http.ts';

export interface ListView {
  readonly search: string;
  readonly pageId: string;
}

export const conversationsQuery = (view: ListView) =>
  infiniteQueryOptions({
    queryKey: ['conversations', view],
    queryFn: ({ signal, pageParam }) =>
      get<ConversationList>('/conversations', {
        query: { search: view.search, pageId: view.pageId, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

const at = (id: string) => `/conversations/${encodeURIComponent(id)}`;

/** The first page is the newest; each further one is older. */
export const messagesQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: ['messages', conversationId],
    queryFn: ({ signal, pageParam }) =>
      get<MessageList>(`${at(conversationId)}/messages`, { query: { before: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.before,
  });

export const rawEventQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId],
    queryFn: ({ signal }) => get<RawEvent>(`/events/${encodeURIComponent(eventId)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function markRead(conversationId: string): Promise<void> {
  return tell(`${at(conversationId)}/read`, {});
}

/** *Delete this person's data*: cannot be taken back. */
export function erasePerson(conversationId: string): Promise<void> {
  return remove(at(conversationId));
}
