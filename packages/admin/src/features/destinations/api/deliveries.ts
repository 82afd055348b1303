import type { Delivery, DeliveryDetails, DeliveryList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

export interface LogFilter {
  readonly state?: Delivery['state'] | undefined;
  readonly type?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly eventId?: string | undefined;
}

const at = (id: string) => `/deliveries/${encodeURIComponent(id)}`;
const ofDestination = (id: string) => `/destinations/${encodeURIComponent(id)}`;

/**
 * The log, newest first. It follows what happens while only its newest part is shown; reading on in
 * older entries would otherwise mean reading all of them again with each delivery.
 */
export const deliveriesQuery = (destinationId: string, filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['destination', destinationId, 'deliveries', filter],
    async queryFn({ signal, pageParam }) {
      const read = (cursor: string) =>
        get<DeliveryList>('/deliveries', {
          query: { destinationId, ...filter, cursor, limit: 50 },
          signal,
        });
      let page = await read(pageParam);
      // Those that a filter lets through may lie far back.
      while (page.items.length === 0 && page.nextCursor !== null) {
        page = await read(page.nextCursor);
      }
      return page;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    enabled: (query) => (query.state.data?.pages.length ?? 0) <= 1,
  });

export const deliveryQuery = (destinationId: string, id: string) =>
  queryOptions({
    queryKey: ['destination', destinationId, 'delivery', id],
    queryFn: ({ signal }) => get<DeliveryDetails>(at(id), { signal }),
  });

export function retryDelivery(id: string): Promise<DeliveryDetails> {
  return post(`${at(id)}/retry`, {});
}

export function skipDelivery(id: string): Promise<DeliveryDetails> {
  return post(`${at(id)}/skip`, {});
}

export function retryParked(destinationId: string): Promise<{ retried: number }> {
  return post(`${ofDestination(destinationId)}/retry-parked`, {});
}

export function skipParked(destinationId: string): Promise<{ skipped: number }> {
  return post(`${ofDestination(destinationId)}/skip-parked`, {});
}
