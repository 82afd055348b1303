import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  IconPlugConnected,
  IconPlus,
  IconRefresh,
  IconSearch,
  IconTrash,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMayChangeGateways } from '../../shared/api/me.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import toolbar from '../../shared/ui/toolbar.module.css';
import { type GatewaySort, gatewaysQuery } from './api/list-gateways.ts';
import { DeleteGatewaysDialog } from './delete-gateways-dialog.tsx';
import { GatewaysTable } from './gateways-table.tsx';

/** The registry of chat gateways. */
export function GatewaysRegistry() {
  const { t } = useTranslation();
  const may = useMay();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [sort, setSort] = useState<GatewaySort>('name');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly string[]>([]);
  const query = useInfiniteQuery(gatewaysQuery({ search, sort }));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? rows.length;
  const chosen = rows.filter((row) => selected.has(row.id));

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <PageTitle title={t('gateways.title')} />
        {may('gateways:create') ? <AddButton /> : null}
      </Group>
      <Group gap="sm" className={toolbar.toolbar ?? ''}>
        <TextInput
          className={toolbar.search ?? ''}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          placeholder={t('gateways.searchHint')}
          aria-label={t('gateways.searchLabel')}
          type="search"
        />
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
        <Selection
          count={chosen.length}
          onDelete={() => setDeleting(chosen.map((row) => row.id))}
        />
        <Text size="sm" c="dimmed" className={toolbar.total ?? ''} role="status">
          {query.data === undefined ? '' : t('gateways.total', { count: total })}
        </Text>
      </Group>
      <ReadOnlyHint />
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data !== undefined && rows.length === 0 ? (
        <NoRows search={search} clear={() => setTyped('')} />
      ) : null}
      {rows.length > 0 ? (
        <GatewaysTable
          rows={rows}
          sort={sort}
          onSort={setSort}
          selected={selected}
          onSelect={setSelected}
          onDelete={(id) => setDeleting([id])}
        />
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
      <DeleteGatewaysDialog
        gateways={rows.filter((row) => deleting.includes(row.id))}
        onClose={() => {
          setDeleting([]);
          setSelected(new Set());
        }}
      />
    </Stack>
  );
}

function AddButton() {
  const { t } = useTranslation();
  return (
    <Button
      component={Link}
      to="/gateways/new"
      leftSection={<IconPlus size={17} aria-hidden="true" />}
    >
      {t('gateways.add')}
    </Button>
  );
}

function NoRows({ search, clear }: { search: string; clear: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  if (search !== '') {
    return (
      <EmptyPanel
        picture={<IconSearch size={32} stroke={1.5} />}
        title={t('gateways.noneFound', { search })}
        action={
          <Button variant="default" onClick={clear}>
            {t('gateways.clearSearch')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyPanel
      picture={<IconPlugConnected size={34} stroke={1.5} />}
      title={`${t('gateways.emptyTitle')} ${t('gateways.emptyText')}`}
      action={may('gateways:create') ? <AddButton /> : null}
    />
  );
}

function ReadOnlyHint() {
  const { t } = useTranslation();
  if (useMayChangeGateways()) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('gateways.readOnly')}
    </Text>
  );
}

function Selection({ count, onDelete }: { count: number; onDelete: () => void }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm">{t('gateways.selected', { count })}</Text>
      <Button
        variant="light"
        color="red"
        size="sm"
        leftSection={<IconTrash size={16} aria-hidden="true" />}
        onClick={onDelete}
      >
        {t('gateways.deleteSelected')}
      </Button>
    </Group>
  );
}
