import { Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PasswordSection } from '../../features/session/password-section.tsx';
import { SecondFactorSection } from '../../features/session/second-factor/second-factor-section.tsx';
import { SessionsSection } from '../../features/session/sessions-section.tsx';
import { meQuery } from '../../shared/api/me.ts';
import { roleWords } from '../../shared/role-words.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';

/** *Your account*: one section per thing a person looks after themselves. */
export function AccountRoute() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const signedOut = async () => {
    await navigate({ to: '/sign-in', ignoreBlocker: true });
    client.clear();
  };
  return (
    <Stack gap={40} maw={640}>
      <Stack gap={2}>
        <PageTitle title={t('session.accountTitle')} />
        <Text c="dimmed">
          {[me?.name, me?.email, me && roleWords(t, me.role)].filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      <PasswordSection />
      <SecondFactorSection />
      <SessionsSection onSignedOut={() => void signedOut()} />
    </Stack>
  );
}
