import type {
  ConnectByInvite,
  ConnectStarted,
  Invitation,
  InvitedAttempt,
} from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

/** The token is part of no key: keys end up in tools for developers. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation'],
    queryFn: () => post<Invitation>('/invite', { token }),
    retry: false,
    staleTime: 0,
  });

export function connectByInvite(body: ConnectByInvite): Promise<ConnectStarted> {
  return post('/invite/connect', body);
}

export const invitedAttemptQuery = (attemptId: string) =>
  queryOptions({
    queryKey: ['invited', attemptId],
    queryFn: ({ signal }) =>
      get<InvitedAttempt>(`/invite/attempts/${encodeURIComponent(attemptId)}`, { signal }),
    staleTime: 0,
  });
