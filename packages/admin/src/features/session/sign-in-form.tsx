import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { setUpQuery } from './api/set-up.ts';
import { signIn } from './api/sign-in.ts';
import { SessionCard } from './session-card.tsx';

/** `onSignedIn` leads to where the person wanted to go. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const setUp = useQuery(setUpQuery);
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      client.clear();
      onSignedIn();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({
      email: String(form.get('email') ?? '').trim(),
      password: String(form.get('password') ?? ''),
    });
  };
  return (
    <SessionCard title={t('session.signInTitle')} hint={t('session.signInHint')}>
      <form onSubmit={submit}>
        <Stack>
          {setUp.data?.needed === true ? (
            <NoticeBox tone="info">{t('session.setUpNeeded')}</NoticeBox>
          ) : null}
          <TextInput
            label={t('session.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            data-autofocus
          />
          <PasswordInput
            label={t('session.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
          />
          <FormError error={attempt.error} />
          <Button type="submit" size="md" loading={attempt.isPending}>
            {t('session.signIn')}
          </Button>
          <Anchor component={Link} to="/password-reset" size="sm">
            {t('session.forgot')}
          </Anchor>
        </Stack>
      </form>
    </SessionCard>
  );
}
