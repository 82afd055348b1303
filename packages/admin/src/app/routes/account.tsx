import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ChangePasswordForm } from '../../features/session/change-password-form.tsx';
import { meQuery } from '../../shared/api/me.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';

/** *Your account*: one section per thing a person looks after themselves. */
export function AccountRoute() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  return (
    <Stack gap="lg" maw={640}>
      <Stack gap={2}>
        <PageTitle title={t('session.accountTitle')} />
        <Text c="dimmed">{[me?.name, me?.email, me?.role.name].filter(Boolean).join(' · ')}</Text>
      </Stack>
      <ChangePasswordForm />
    </Stack>
  );
}
