import type {
  AcceptInvitation,
  ChangePassword,
  InvitationLook,
  PasswordResetLook,
  SignInOptions,
  SpendPasswordReset,
} from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post, put, tell } from '../../../shared/api/http.ts';
import { currentLanguage } from '../../../texts/texts.ts';

export const signInOptionsQuery = queryOptions({
  queryKey: ['session-options'],
  queryFn: ({ signal }) => get<SignInOptions>('/session/options', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Looking spends nothing; the token goes in the body, so that no log has it. */
export const invitationLookQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation-look', token],
    queryFn: () => post<InvitationLook>('/invitations/look', { token }),
    enabled: token !== '',
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const resetLookQuery = (token: string) =>
  queryOptions({
    queryKey: ['reset-look', token],
    queryFn: () => post<PasswordResetLook>('/password-resets/look', { token }),
    enabled: token !== '',
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

export function acceptInvitation(body: AcceptInvitation): Promise<void> {
  return tell('/invitations/accept', body);
}

export function askPasswordReset(email: string): Promise<void> {
  return tell('/password-resets', { email, language: currentLanguage() });
}

export function spendPasswordReset(body: SpendPasswordReset): Promise<void> {
  return tell('/password-resets/spend', body);
}

export function changePassword(body: ChangePassword): Promise<void> {
  return put('/me/password', body);
}
