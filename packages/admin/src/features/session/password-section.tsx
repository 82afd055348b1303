import { Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { LoadingRows } from '../../shared/ui/screens.tsx';
import { changePassword } from './api/links.ts';
import { secondFactorQuery } from './api/second-factor.ts';
import { NewPasswordInput } from './new-password-input.tsx';

/** One's own password; a part of *Your account*. Whoever signs in with the provider has none. */
export function PasswordSection() {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(secondFactorQuery);
  const hasPassword = data?.hasPassword ?? true;
  return (
    <section>
      <Title order={2}>{t(hasPassword ? 'session.changePassword' : 'session.password')}</Title>
      <Text size="sm" c="dimmed" mt={4}>
        {t(hasPassword ? 'session.endsOtherSessions' : 'session.noPassword')}
      </Text>
      {isPending ? <LoadingRows rows={2} /> : null}
      {!isPending && hasPassword ? <ChangePasswordForm /> : null}
    </section>
  );
}

function ChangePasswordForm() {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const changing = useMutation({
    mutationFn: changePassword,
    onSuccess: () => {
      form.current?.reset();
      tellDone(t('session.passwordChanged'));
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    changing.mutate({
      currentPassword: String(values.get('current') ?? ''),
      newPassword: String(values.get('password') ?? ''),
    });
  };
  return (
    <form ref={form} onSubmit={submit}>
      <Stack mt="sm">
        <PasswordInput
          label={t('session.currentPassword')}
          name="current"
          autoComplete="current-password"
          maxLength={128}
          required
          visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
        />
        <NewPasswordInput label={t('session.chooseNewPassword')} name="password" />
        <FormError error={changing.error} />
        <Group>
          <Button type="submit" loading={changing.isPending}>
            {t('session.changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
