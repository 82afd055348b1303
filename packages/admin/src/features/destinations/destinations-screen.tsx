import type { Destination } from '@chatgate/contract';
import { ActionIcon, Anchor, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconRefresh, IconSearch, IconSend2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import toolbar from '../../shared/ui/toolbar.module.css';
import { destinationsQuery } from './api/destinations.ts';
import { DeleteDestinationDialog } from './delete-destination-dialog.tsx';
import { DestinationsTable } from './destinations-table.tsx';

/** All destinations, or within a gateway those that take its events. */
export function DestinationsScreen({ gatewayId }: { gatewayId?: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const add = may('destinations:create') ? <AddButton gatewayId={gatewayId} /> : null;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        {gatewayId === undefined ? (
          <div>
            <PageTitle title={t('destinations.title')} />
            <Intro />
          </div>
        ) : (
          <Intro />
        )}
        {add}
      </Group>
      <List gatewayId={gatewayId} add={add} />
    </Stack>
  );
}

function Intro() {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t('destinations.intro')}{' '}
      <Anchor component={Link} to="/destinations/events" size="sm" underline="always">
        {t('destinations.catalogue')}
      </Anchor>
    </Text>
  );
}

function AddButton({ gatewayId }: { gatewayId: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Button
      renderRoot={(root) => (
        <Link
          {...root}
          to="/destinations/new"
          search={gatewayId === undefined ? {} : { gatewayId }}
        />
      )}
      leftSection={<IconPlus size={17} aria-hidden="true" />}
    >
      {t('destinations.add')}
    </Button>
  );
}

function List({ gatewayId, add }: { gatewayId: string | undefined; add: ReactNode }) {
  const { t } = useTranslation();
  const may = useMay();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [deleting, setDeleting] = useState<Destination>();
  const query = useInfiniteQuery(destinationsQuery({ gatewayId, search }));
  const rows = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {rows?.length === 0 && search === '' ? null : (
        <Group gap="sm" className={toolbar.toolbar ?? ''}>
          <SearchField typed={typed} onType={setTyped} />
          <RefreshButton
            isRefreshing={query.isFetching && !query.isPending && !query.isFetchingNextPage}
            refresh={() => void query.refetch()}
          />
          <Text size="sm" c="dimmed" className={toolbar.total ?? ''} role="status">
            {rows === undefined
              ? ''
              : t('destinations.total', { count: query.data?.pages[0]?.total ?? rows.length })}
          </Text>
        </Group>
      )}
      {may('destinations:edit') ? null : (
        <Text size="sm" c="dimmed">
          {t('destinations.readOnly')}
        </Text>
      )}
      {rows === undefined ? (
        <Unread error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Rows rows={rows} onDelete={setDeleting}>
          <NoRows
            search={search}
            clear={() => setTyped('')}
            isOfGateway={gatewayId !== undefined}
            add={add}
          />
        </Rows>
      )}
      {query.hasNextPage ? (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('destinations.showMore')}
        </Button>
      ) : null}
      <DeleteDestinationDialog destination={deleting} onClose={() => setDeleting(undefined)} />
    </>
  );
}

function Unread({ error, retry }: { error: unknown; retry: () => void }) {
  return error === null ? <LoadingRows /> : <FailedPanel error={error} retry={retry} />;
}

/** The table, or its children where there is no row. */
function Rows(props: {
  readonly rows: readonly Destination[];
  readonly onDelete: (destination: Destination) => void;
  readonly children: ReactNode;
}) {
  return props.rows.length === 0 ? (
    props.children
  ) : (
    <DestinationsTable rows={props.rows} onDelete={props.onDelete} />
  );
}

function SearchField({ typed, onType }: { typed: string; onType: (typed: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextInput
      className={toolbar.search ?? ''}
      value={typed}
      onChange={(event) => onType(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      placeholder={t('destinations.searchHint')}
      aria-label={t('destinations.searchLabel')}
      type="search"
    />
  );
}

function RefreshButton({ isRefreshing, refresh }: { isRefreshing: boolean; refresh: () => void }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('common.refresh')}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('common.refresh')}
        loading={isRefreshing}
        onClick={refresh}
      >
        <IconRefresh size={18} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

function NoRows(props: {
  readonly search: string;
  readonly clear: () => void;
  readonly isOfGateway: boolean;
  readonly add: ReactNode;
}) {
  const { t } = useTranslation();
  const { search } = props;
  if (search !== '') {
    return (
      <EmptyPanel
        picture={<IconSearch size={32} stroke={1.5} />}
        title={t('destinations.noneFound', { search })}
        action={
          <Button variant="default" onClick={props.clear}>
            {t('destinations.clearSearch')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyPanel
      picture={<IconSend2 size={34} stroke={1.5} />}
      title={t(props.isOfGateway ? 'destinations.emptyForGateway' : 'destinations.emptyTitle')}
      action={props.add}
    >
      {t('destinations.emptyText')}
    </EmptyPanel>
  );
}
