import type { CreateInvite, InviteCreated, InviteList } from '@chatgate/contract';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, post, remove } from '../../../shared/api/http.ts';

const pathOf = (gatewayId: string) => `/gateways/${encodeURIComponent(gatewayId)}/invites`;

export const invitesQuery = (gatewayId: string) =>
  infiniteQueryOptions({
    queryKey: ['invites', gatewayId],
    queryFn: ({ pageParam, signal }) =>
      get<InviteList>(pathOf(gatewayId), {
        query: pageParam === '' ? {} : { cursor: pageParam },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });

export function createInvite(gatewayId: string, body: CreateInvite): Promise<InviteCreated> {
  return post(pathOf(gatewayId), body);
}

export function revokeInvite(gatewayId: string, inviteId: string): Promise<void> {
  return remove(`${pathOf(gatewayId)}/${encodeURIComponent(inviteId)}`);
}
