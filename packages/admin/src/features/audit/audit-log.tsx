import type { AuditFilter } from '@chatgate/contract';
import { ActionIcon, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconDownload, IconHistory, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { auditFile, auditQuery } from './api/audit.ts';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';

/** Who changed what, from where, from what to what. */
export function AuditLog() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<AuditFilter>({});
  const query = useInfiniteQuery(auditQuery(filter));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <PageTitle title={t('audit.title')} />
        <Group gap="xs">
          <Tooltip label={t('common.refresh')}>
            <ActionIcon
              variant="default"
              size={36}
              aria-label={t('common.refresh')}
              loading={query.isFetching && !query.isPending && !query.isFetchingNextPage}
              onClick={() => void query.refetch()}
            >
              <IconRefresh size={18} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
          <Button
            component="a"
            href={auditFile(filter)}
            download
            variant="default"
            leftSection={<IconDownload size={17} aria-hidden="true" />}
          >
            {t('audit.csv')}
          </Button>
        </Group>
      </Group>
      <AuditFilters filter={filter} onChange={setFilter} />
      {query.isPending ? <LoadingRows rows={8} /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data !== undefined && rows.length === 0 ? (
        <NoRows isFiltered={Object.keys(filter).length > 0} clear={() => setFilter({})} />
      ) : null}
      {rows.length > 0 ? <AuditTable rows={rows} /> : null}
      {query.hasNextPage ? (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('audit.older')}
        </Button>
      ) : null}
      <Text size="sm" c="dimmed">
        {t('audit.chained')}
      </Text>
    </Stack>
  );
}

function NoRows({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  const { t } = useTranslation();
  return isFiltered ? (
    <EmptyPanel
      picture={<IconSearch size={32} stroke={1.5} />}
      title={t('audit.noneFound')}
      action={
        <Button variant="default" onClick={clear}>
          {t('audit.clearFilters')}
        </Button>
      }
    />
  ) : (
    <EmptyPanel picture={<IconHistory size={34} stroke={1.5} />} title={t('audit.empty')} />
  );
}
