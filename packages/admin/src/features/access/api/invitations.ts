import type { CreateInvitation, PersonInvitationList, SentInvitation } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post, remove } from '../../../shared/api/http.ts';
import { currentLanguage } from '../../../texts/texts.ts';

export const invitationsQuery = queryOptions({
  queryKey: ['access', 'invitations'],
  queryFn: ({ signal }) => get<PersonInvitationList>('/invitations', { signal }),
});

const pathOf = (id: string) => `/invitations/${encodeURIComponent(id)}`;

export function invite(body: Omit<CreateInvitation, 'language'>): Promise<SentInvitation> {
  return post('/invitations', { ...body, language: currentLanguage() });
}

export function resendInvitation(id: string): Promise<SentInvitation> {
  return post(`${pathOf(id)}/resend`, { language: currentLanguage() });
}

export function revokeInvitation(id: string): Promise<void> {
  return remove(pathOf(id));
}
