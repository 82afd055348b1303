import type {
  CreateDestination,
  Destination,
  DestinationList,
  DestinationWithSecret,
  NatsState,
  TestResult,
  UpdateDestination,
} from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../../shared/api/http.ts';

const at = (id: string) => `/destinations/${encodeURIComponent(id)}`;

export const destinationsQuery = (view: { gatewayId: string | undefined; search: string }) =>
  infiniteQueryOptions({
    queryKey: ['destinations', view],
    queryFn: ({ signal, pageParam }) =>
      get<DestinationList>('/destinations', {
        query: { gatewayId: view.gatewayId, search: view.search, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const destinationQuery = (id: string) =>
  queryOptions({
    queryKey: ['destination', id],
    queryFn: ({ signal }) => get<Destination>(at(id), { signal }),
  });

/** Whether this server has NATS at all, and what it promises. */
export const natsQuery = queryOptions({
  queryKey: ['destinations', 'nats'],
  queryFn: ({ signal }) => get<NatsState>('/destinations/nats', { signal }),
});

/** The answer carries the secret, this once: keep it out of every cache. */
export function createDestination(body: CreateDestination): Promise<DestinationWithSecret> {
  return post('/destinations', body);
}

export function updateDestination(id: string, body: UpdateDestination): Promise<Destination> {
  return patch(at(id), body);
}

export function deleteDestination(id: string): Promise<void> {
  return remove(at(id));
}

/** The answer carries the new secret, this once. */
export function rotateSecret(id: string): Promise<DestinationWithSecret> {
  return post(`${at(id)}/rotate-secret`, {});
}

export function sendTestEvent(id: string): Promise<TestResult> {
  return post(`${at(id)}/test`, {});
}

/** Ends a pause and tries everything that waits now. */
export function resumeDestination(id: string): Promise<Destination> {
  return post(`${at(id)}/resume`, {});
}
