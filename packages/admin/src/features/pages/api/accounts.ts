import type { AccountList, Revocation } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, remove, tell } from '../../../shared/api/http.ts';

const at = (gatewayId: string, pageId: string) =>
  `/gateways/${encodeURIComponent(gatewayId)}/pages/${encodeURIComponent(pageId)}/accounts`;
const one = (gatewayId: string, pageId: string, accountId: string) =>
  `${at(gatewayId, pageId)}/${encodeURIComponent(accountId)}`;

export const accountsQuery = (gatewayId: string, pageId: string, search: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', gatewayId, pageId, search],
    queryFn: ({ signal, pageParam }) =>
      get<AccountList>(at(gatewayId, pageId), { query: { search, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export function makeActive(gatewayId: string, pageId: string, accountId: string): Promise<void> {
  return tell(`${one(gatewayId, pageId, accountId)}/activate`);
}

/** What revoking would end; read anew each time it is asked. */
export const revocationQuery = (gatewayId: string, pageId: string, accountId: string) =>
  queryOptions({
    queryKey: ['accounts', gatewayId, pageId, 'revocation', accountId],
    queryFn: ({ signal }) =>
      get<Revocation>(`${one(gatewayId, pageId, accountId)}/revocation`, { signal }),
    gcTime: 0,
    staleTime: 0,
  });

export function revokeGrant(
  gatewayId: string,
  pageId: string,
  { accountId, leavesRegistry }: { accountId: string; leavesRegistry: boolean },
): Promise<void> {
  return remove(
    `${one(gatewayId, pageId, accountId)}${leavesRegistry ? '?leavesRegistry=true' : ''}`,
  );
}
