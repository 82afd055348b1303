import { type Destination, EVENT_TYPE_NAMES } from '@chatgate/contract';
import { Button, Group, Pill, Select, Stack, Text } from '@mantine/core';
import { IconList, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { deliveriesQuery, type LogFilter } from './api/deliveries.ts';
import { DeliveryTable } from './delivery-table.tsx';
import type { DestinationView } from './destination-view.ts';
import classes from './log.module.css';
import { ParkedBar } from './parked-bar.tsx';

const STATES = ['waiting', 'delivered', 'parked', 'skipped'] as const;

/** Everything that left, or waits to leave, for one destination, newest first. */
export function DeliveryLog(props: {
  readonly destination: Destination;
  readonly view: DestinationView;
  readonly onView: (view: DestinationView) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { destination, view, onView } = props;
  const filter = filterOf(view);
  const options = deliveriesQuery(destination.id, filter);
  const query = useInfiniteQuery(options);
  const rows = query.data?.pages.flatMap((page) => page.items);
  const isStanding = (query.data?.pages.length ?? 0) > 1;
  return (
    <Stack gap="md">
      <Filters view={view} onView={onView} />
      {destination.health.parked > 0 ? (
        <ParkedBar destinationId={destination.id} count={destination.health.parked} />
      ) : null}
      {isStanding ? (
        <Group gap="sm" role="status">
          <Text size="sm" c="dimmed">
            {t('deliveries.standing')}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void client.resetQueries({ queryKey: options.queryKey, exact: true })}
          >
            {t('deliveries.newest')}
          </Button>
        </Group>
      ) : null}
      {rows === undefined && query.error === null ? <LoadingRows rows={6} /> : null}
      {rows === undefined && query.error !== null ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {rows?.length === 0 ? (
        <NoRows isFiltered={Object.keys(filter).length > 0} clear={() => onView({})} />
      ) : null}
      {rows === undefined || rows.length === 0 ? null : (
        <DeliveryTable rows={rows} onOpen={({ id }) => onView({ ...view, delivery: id })} />
      )}
      {query.hasNextPage ? (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('deliveries.older')}
        </Button>
      ) : null}
    </Stack>
  );
}

function filterOf({ state, type, conversation, event }: DestinationView): LogFilter {
  return {
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(conversation === undefined ? {} : { conversationId: conversation }),
    ...(event === undefined ? {} : { eventId: event }),
  };
}

function Filters(props: {
  readonly view: DestinationView;
  readonly onView: (view: DestinationView) => void;
}) {
  const { t } = useTranslation();
  const { view, onView } = props;
  const without = (...names: (keyof DestinationView)[]) =>
    Object.fromEntries(
      Object.entries(view).filter(([name]) => !names.some((entry) => entry === name)),
    );
  return (
    <Group gap="sm" align="end" className={classes.filters ?? ''}>
      <Select
        className={classes.filter ?? ''}
        label={t('deliveries.filterState')}
        placeholder={t('deliveries.everyState')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        value={view.state ?? null}
        data={STATES.map((value) => ({ value, label: t(`deliveries.${value}`) }))}
        onChange={(value) => {
          const state = STATES.find((entry) => entry === value);
          onView({ ...without('state'), ...(state === undefined ? {} : { state }) });
        }}
      />
      <Select
        className={classes.filter ?? ''}
        label={t('deliveries.filterType')}
        placeholder={t('deliveries.everyType')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        value={view.type ?? null}
        data={EVENT_TYPE_NAMES}
        onChange={(type) => onView({ ...without('type'), ...(type === null ? {} : { type }) })}
      />
      {view.conversation === undefined ? null : (
        <FilterPill
          words={t('deliveries.filterConversation', { id: view.conversation })}
          onRemove={() => onView(without('conversation'))}
        />
      )}
      {view.event === undefined ? null : (
        <FilterPill
          words={t('deliveries.filterEvent', { id: view.event })}
          onRemove={() => onView(without('event'))}
        />
      )}
    </Group>
  );
}

function FilterPill({ words, onRemove }: { words: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Pill
      size="lg"
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{
        'aria-label': `${t('deliveries.clearFilter')}: ${words}`,
        'aria-hidden': false,
        tabIndex: 0,
      }}
    >
      {words}
    </Pill>
  );
}

function NoRows({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  const { t } = useTranslation();
  return isFiltered ? (
    <EmptyPanel
      picture={<IconSearch size={32} stroke={1.5} />}
      title={t('deliveries.noneFound')}
      action={
        <Button variant="default" onClick={clear}>
          {t('deliveries.clearFilters')}
        </Button>
      }
    />
  ) : (
    <EmptyPanel picture={<IconList size={32} stroke={1.5} />} title={t('deliveries.empty')} />
  );
}
