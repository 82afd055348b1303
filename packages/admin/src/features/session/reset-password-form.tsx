import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { LoadingRows } from '../../shared/ui/screens.tsx';
import {
  askPasswordReset,
  resetLookQuery,
  signInOptionsQuery,
  spendPasswordReset,
} from './api/links.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { SessionCard } from './session-card.tsx';

/** With a token: choose a new password. Without one: ask for a link. */
export function ResetPasswordForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const { data: options } = useQuery(signInOptionsQuery);
  const isMailOff = options?.passwordResetByMail === false;
  const askHint = isMailOff ? 'session.mailOffTitle' : 'session.askHint';
  return (
    <SessionCard
      title={t('session.resetTitle')}
      hint={t(token === '' ? askHint : 'session.resetHint')}
    >
      {token === '' ? <Ask isMailOff={isMailOff} /> : <Choose token={token} />}
      <Anchor component={Link} to="/sign-in" mt="md" display="inline-block" size="sm">
        {t('session.signIn')}
      </Anchor>
    </SessionCard>
  );
}

function Ask({ isMailOff }: { isMailOff: boolean }) {
  const { t } = useTranslation();
  const asking = useMutation({ mutationFn: askPasswordReset });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    asking.mutate(String(new FormData(event.currentTarget).get('email') ?? '').trim());
  };
  if (isMailOff) {
    return <NoticeBox tone="info">{t('session.mailOff')}</NoticeBox>;
  }
  if (asking.isSuccess) {
    return (
      <NoticeBox tone="good" role="alert">
        {t('session.asked')}
      </NoticeBox>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('session.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
        />
        <FormError error={asking.error} />
        <Button type="submit" size="md" loading={asking.isPending}>
          {t('session.ask')}
        </Button>
      </Stack>
    </form>
  );
}

function Choose({ token }: { token: string }) {
  const { t } = useTranslation();
  const look = useQuery(resetLookQuery(token));
  const setting = useMutation({ mutationFn: spendPasswordReset });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    setting.mutate({ token, password });
  };
  if (setting.isSuccess) {
    return (
      <NoticeBox tone="good" role="alert">
        {t('session.resetDone')}
      </NoticeBox>
    );
  }
  if (look.data === undefined) {
    return look.error === null ? <LoadingRows rows={2} /> : <FormError error={look.error} />;
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('session.email')}
          value={look.data.email}
          autoComplete="username"
          readOnly
        />
        <NewPasswordInput label={t('session.chooseNewPassword')} name="password" />
        <Text size="sm" c="dimmed">
          {t('session.endsSessions')}
        </Text>
        <FormError error={setting.error} />
        <Button type="submit" size="md" loading={setting.isPending}>
          {t('session.setPassword')}
        </Button>
      </Stack>
    </form>
  );
}
