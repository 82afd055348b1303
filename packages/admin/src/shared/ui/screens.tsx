import { Anchor, Button, Center, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconMapQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, missingOf } from '../api/api-error.ts';
import { meQuery } from '../api/me.ts';
import { permissionWords, useErrorWords } from '../error-words.ts';
import { roleWords } from '../role-words.ts';
import { MetaDetails } from './meta-details.tsx';
import { NoticeBox } from './notice-box.tsx';
import { PageTitle } from './page-title.tsx';
import classes from './screens.module.css';

/** A quiet picture, a sentence, and at most one thing to do. */
export function EmptyPanel(props: {
  readonly picture: ReactNode;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Stack className={classes.empty} align="center" gap="xs">
      <div className={classes.picture} aria-hidden="true">
        {props.picture}
      </div>
      <Text fw={600} ta="center">
        {props.title}
      </Text>
      {props.children === undefined ? null : (
        <Text c="dimmed" ta="center" maw={440} component="div">
          {props.children}
        </Text>
      )}
      {props.action === undefined ? null : <Group mt="sm">{props.action}</Group>}
    </Stack>
  );
}

export function NotFoundScreen() {
  const { t } = useTranslation();
  return (
    <Center className={classes.whole}>
      <Stack align="center" gap="sm">
        <IconMapQuestion size={44} stroke={1.4} aria-hidden="true" />
        <PageTitle title={t('common.notFoundTitle')} />
        <Text c="dimmed" ta="center">
          {t('common.notFoundText')}
        </Text>
        <Button component={Link} to="/" variant="light">
          {t('common.goHome')}
        </Button>
      </Stack>
    </Center>
  );
}

/** Says which permission is missing, by its name. */
export function DeniedScreen({ missing }: { missing: readonly string[] }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const permission = missing.map((entry) => permissionWords(t, entry)).join(', ');
  return (
    <Center className={classes.whole}>
      <Stack align="center" gap="sm" maw={460}>
        <IconLock size={44} stroke={1.4} aria-hidden="true" />
        <PageTitle title={t('common.deniedTitle')} />
        <Text c="dimmed" ta="center">
          {t('common.deniedText', {
            role: me === undefined ? '–' : roleWords(t, me.role),
            permission,
          })}
        </Text>
      </Stack>
    </Center>
  );
}

/** What could not be loaded, why, and a way to try again. Refusals become the denied screen. */
export function FailedPanel({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  if (error instanceof ApiError && error.code === 'forbidden') {
    return <DeniedScreen missing={missingOf(error)} />;
  }
  if (error instanceof ApiError && error.code === 'not_found') return <NotFoundScreen />;
  return (
    <NoticeBox
      tone="bad"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={words(error)}
      role="alert"
    >
      <RequestId error={error} />
      <MetaDetails error={error} />
      {retry === undefined ? null : (
        <Button size="xs" variant="default" mt="xs" onClick={retry}>
          {t('common.tryAgain')}
        </Button>
      )}
    </NoticeBox>
  );
}

/** By what the log of the server is searched; not for what the person can mend themselves. */
export function RequestId({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.requestId === undefined) return null;
  if (error.status < 500) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.wrap}>
      {t('common.requestId', { id: error.requestId })}
    </Text>
  );
}

/** What an error boundary shows: the application around it goes on. */
export function BrokenScreen({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  return (
    <Center className={classes.whole}>
      <Stack align="center" gap="sm" maw={460}>
        <IconAlertTriangle size={44} stroke={1.4} aria-hidden="true" />
        <Title order={1} tabIndex={-1} data-route-focus>
          {t('common.brokenTitle')}
        </Title>
        <Text c="dimmed" ta="center">
          {error instanceof ApiError ? words(error) : t('common.brokenText')}
        </Text>
        <RequestId error={error} />
        <Anchor component="button" type="button" onClick={() => location.reload()}>
          {t('common.reload')}
        </Anchor>
      </Stack>
    </Center>
  );
}

export function LoadingRows({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={row} height={height} radius="sm" />
      ))}
    </Stack>
  );
}
