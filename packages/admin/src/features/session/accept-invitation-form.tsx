import type { InvitationLook } from '@chatgate/contract';
import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { LoadingRows } from '../../shared/ui/screens.tsx';
import { acceptInvitation, invitationLookQuery } from './api/links.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { SessionCard } from './session-card.tsx';

type Props = { readonly token: string; readonly onAccepted: () => void };

/** `token` is what the fragment of the link held; looking at it spends nothing. */
export function AcceptInvitationForm({ token, onAccepted }: Props) {
  const { t } = useTranslation();
  const look = useQuery(invitationLookQuery(token));
  const invitedBy = look.data?.invitedBy;
  return (
    <SessionCard
      title={t('session.acceptTitle')}
      hint={
        invitedBy === undefined ? t('session.signInHint') : t('session.acceptHint', { invitedBy })
      }
    >
      {token === '' ? <NoticeBox tone="warn">{t('session.linkIncomplete')}</NoticeBox> : null}
      {token !== '' && look.isPending ? <LoadingRows rows={3} /> : null}
      <FormError error={look.error} />
      {look.data === undefined ? null : (
        <Choose token={token} look={look.data} onAccepted={onAccepted} />
      )}
      <Anchor component={Link} to="/sign-in" mt="md" display="inline-block" size="sm">
        {t('session.signIn')}
      </Anchor>
    </SessionCard>
  );
}

function Choose({ token, look, onAccepted }: Props & { look: InvitationLook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const accepting = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: () => {
      // Somebody else may have been signed in here before.
      client.clear();
      onAccepted();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    accepting.mutate({
      token,
      name: String(form.get('name') ?? '').trim(),
      password: String(form.get('password') ?? ''),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('session.email')}
          value={look.email}
          description={t('session.yourRole', { role: look.role })}
          autoComplete="username"
          readOnly
        />
        <TextInput
          label={t('session.name')}
          name="name"
          defaultValue={look.name}
          autoComplete="name"
          maxLength={200}
          required
        />
        <NewPasswordInput label={t('session.newPassword')} name="password" />
        <FormError error={accepting.error} />
        <Button type="submit" size="md" loading={accepting.isPending}>
          {t('session.accept')}
        </Button>
      </Stack>
    </form>
  );
}
