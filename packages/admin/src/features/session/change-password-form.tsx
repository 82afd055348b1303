import { Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { changePassword } from './api/links.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import classes from './session.module.css';

/** One's own password; a part of *Your account*. */
export function ChangePasswordForm() {
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
    <section className={classes.section}>
      <Title order={2}>{t('session.changePassword')}</Title>
      <form ref={form} onSubmit={submit}>
        <Stack mt="sm">
          <Text size="sm" c="dimmed">
            {t('session.endsOtherSessions')}
          </Text>
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
    </section>
  );
}
