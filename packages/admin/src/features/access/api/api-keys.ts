import type { ApiKey, ApiKeyList, CreateApiKey, CreatedApiKey } from '@chatgate/contract';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, post, remove } from '../../../shared/api/http.ts';

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ['access', 'api-keys'],
  queryFn: ({ signal, pageParam }) =>
    get<ApiKeyList>('/api-keys', { query: { cursor: pageParam, limit: 50 }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
});

const pathOf = (id: string) => `/api-keys/${encodeURIComponent(id)}`;

export function createApiKey(body: CreateApiKey): Promise<CreatedApiKey> {
  return post('/api-keys', body);
}

export function takeOverApiKey(id: string): Promise<ApiKey> {
  return post(`${pathOf(id)}/take-over`, {});
}

export function revokeApiKey(id: string): Promise<void> {
  return remove(pathOf(id));
}
