import type { ApiKey } from '@chatgate/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { apiKeysQuery, revokeApiKey, takeOverApiKey } from './api/api-keys.ts';
import { ApiKeysTable } from './api-keys-table.tsx';
import { NewApiKeyDialog } from './new-api-key-dialog.tsx';
import { ACCESS } from './stale.ts';

/** *API keys*. */
export function ApiKeysScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const [making, setMaking] = useState(false);
  const [question, setQuestion] = useState<Question>();
  const query = useInfiniteQuery(apiKeysQuery);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const addButton = may('users:create') ? (
    <Button leftSection={<IconPlus size={17} aria-hidden="true" />} onClick={() => setMaking(true)}>
      {t('apiKeys.add')}
    </Button>
  ) : null;
  const askRevoke = ({ id, name }: ApiKey) =>
    setQuestion({
      title: t('apiKeys.revokeTitle', { name }),
      text: t('apiKeys.revokeText'),
      action: t('apiKeys.revoke'),
      done: t('apiKeys.revokedNow', { name }),
      danger: true,
      run: () => revokeApiKey(id),
    });
  const askTakeOver = ({ id, name }: ApiKey) =>
    setQuestion({
      title: t('apiKeys.takeOverTitle', { name }),
      text: t('apiKeys.takeOverText'),
      action: t('apiKeys.takeOver'),
      done: t('apiKeys.takenOver', { name }),
      run: () => takeOverApiKey(id),
    });
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <PageTitle title={t('apiKeys.title')} />
        {rows.length > 0 ? addButton : null}
      </Group>
      <Text size="sm" c="dimmed" maw={720}>
        {t('apiKeys.intro')}
      </Text>
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data !== undefined && rows.length === 0 ? (
        <EmptyPanel
          picture={<IconKey size={32} stroke={1.5} />}
          title={t('apiKeys.none')}
          action={addButton}
        >
          {t('apiKeys.noneText')}
        </EmptyPanel>
      ) : null}
      {rows.length > 0 ? (
        <ApiKeysTable rows={rows} onRevoke={askRevoke} onTakeOver={askTakeOver} />
      ) : null}
      {query.hasNextPage ? (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('gateways.loadMore')}
        </Button>
      ) : null}
      <NewApiKeyDialog opened={making} onClose={() => setMaking(false)} />
      <ConfirmDialog question={question} stale={ACCESS} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}
