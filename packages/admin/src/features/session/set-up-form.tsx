import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { setUpFirstAdministrator } from './api/set-up.ts';
import { signIn } from './api/sign-in.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { SessionCard } from './session-card.tsx';

/** `token` is what the fragment of the printed link held; it is spent by success only. */
export function SetUpForm(props: { readonly token: string; readonly onReady: () => void }) {
  const { t } = useTranslation();
  const attempt = useMutation({
    mutationFn: async (person: { name: string; email: string; password: string }) => {
      await setUpFirstAdministrator({ ...person, token: props.token });
      await signIn({ email: person.email, password: person.password });
    },
    onSuccess: props.onReady,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({
      name: String(form.get('name') ?? '').trim(),
      email: String(form.get('email') ?? '').trim(),
      password: String(form.get('password') ?? ''),
    });
  };
  return (
    <SessionCard title={t('session.setUpTitle')} hint={t('session.setUpHint')}>
      {props.token === '' ? (
        <NoticeBox tone="warn">{t('session.noToken')}</NoticeBox>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput label={t('session.name')} name="name" autoComplete="name" required />
            <TextInput
              label={t('session.email')}
              name="email"
              type="email"
              autoComplete="username"
              required
            />
            <NewPasswordInput label={t('session.newPassword')} name="password" />
            <FormError error={attempt.error} />
            <Button type="submit" size="md" loading={attempt.isPending}>
              {t('session.create')}
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/sign-in" mt="md" display="inline-block" size="sm">
        {t('session.signIn')}
      </Anchor>
    </SessionCard>
  );
}
