import type { Delivery } from '@chatgate/contract';
import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import {
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat, useNow } from '../../shared/format.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { ActionsCell, DataTable } from '../../shared/ui/data-table.tsx';
import { skipDelivery } from './api/deliveries.ts';
import { isOpen, resultWords } from './delivery-words.ts';
import classes from './log.module.css';
import { useRereadLog, useRetry } from './use-delivery-actions.ts';

export function DeliveryTable(props: {
  readonly rows: readonly Delivery[];
  readonly onOpen: (delivery: Delivery) => void;
}) {
  const { t } = useTranslation();
  return (
    <DataTable
      columns={[
        t('deliveries.when'),
        t('deliveries.type'),
        t('deliveries.conversation'),
        t('deliveries.state'),
      ]}
      actions={t('deliveries.actions')}
      align="top"
    >
      {props.rows.map((row) => (
        <Row key={row.id} row={row} onOpen={() => props.onOpen(row)} />
      ))}
    </DataTable>
  );
}

function Row({ row, onOpen }: { row: Delivery; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = format.exact(row.createdAt);
  return (
    <tr>
      <td className={classes.when}>
        <time dateTime={new Date(row.createdAt).toISOString()}>{when}</time>
      </td>
      <td>
        <Anchor
          component="button"
          type="button"
          className={classes.code ?? ''}
          aria-label={t('deliveries.detailsOf', { type: row.type, when })}
          onClick={onOpen}
        >
          {row.type}
        </Anchor>{' '}
        {row.isReplay ? (
          <Badge size="sm" variant="light" tt="none">
            {t('deliveries.replayed')}
          </Badge>
        ) : null}
      </td>
      <td>
        <Place row={row} />
      </td>
      <td>
        <DeliveryState state={row.state} />
        <Result row={row} />
      </td>
      <ActionsCell>
        {row.state === 'parked' ? <DeliveryActions delivery={row} /> : null}
      </ActionsCell>
    </tr>
  );
}

/** Only what waits for a time is drawn again when the time goes on. */
function Result({ row }: { row: Delivery }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (row.state === 'waiting') return <WaitingResult row={row} />;
  return <div className={classes.result}>{resultWords(t, row, { format, now: 0 })}</div>;
}

function WaitingResult({ row }: { row: Delivery }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return <div className={classes.result}>{resultWords(t, row, { format, now })}</div>;
}

function Place({ row }: { row: Delivery }) {
  const { t } = useTranslation();
  const may = useMay();
  const { conversationId, seq } = row;
  if (conversationId === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('deliveries.ofPage')}
      </Text>
    );
  }
  const words = t('deliveries.seq', { seq: seq ?? '–' });
  return may('conversations:access') && may('conversations:read') ? (
    <Anchor
      component={Link}
      to={`/conversations/${conversationId}`}
      size="sm"
      aria-label={t('deliveries.openConversation', { seq: seq ?? '–' })}
    >
      {words}
    </Anchor>
  ) : (
    <Text size="sm">{words}</Text>
  );
}

const SIGNS = {
  waiting: IconClock,
  delivered: IconCircleCheck,
  parked: IconHandStop,
  skipped: IconPlayerSkipForward,
} as const;

export function DeliveryState({ state }: Pick<Delivery, 'state'>) {
  const { t } = useTranslation();
  const Sign = SIGNS[state];
  return (
    <span className={`${classes.state} ${classes[state] ?? ''}`}>
      <Sign size={16} stroke={1.8} aria-hidden="true" />
      {t(`deliveries.${state}`)}
    </span>
  );
}

/** *Retry* and *Skip* of one delivery that is not finished, for those who may. */
export function DeliveryActions({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const may = useMay();
  const { exact } = useFormat();
  const reread = useRereadLog(delivery.destinationId);
  const { one } = useRetry(delivery.destinationId);
  const [question, setQuestion] = useState<Question>();
  if (!may('destinations:edit') || !isOpen(delivery)) return null;
  const about = { type: delivery.type, when: exact(delivery.createdAt) };
  const ask = () =>
    setQuestion({
      title: t('deliveries.skipTitle'),
      text: t('deliveries.skipText'),
      action: t('deliveries.skip'),
      done: t('deliveries.skippedNow'),
      danger: true,
      run: async () => {
        await skipDelivery(delivery.id);
        await reread();
      },
    });
  return (
    <Group gap="xs" wrap="nowrap" display="inline-flex">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('deliveries.retryThis', about)}
        loading={one.isPending}
        onClick={() => one.mutate(delivery.id)}
      >
        {t('deliveries.retry')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('deliveries.skipThis', about)}
        onClick={ask}
      >
        {t('deliveries.skip')}
      </Button>
      <ConfirmDialog question={question} stale={[]} onClose={() => setQuestion(undefined)} />
    </Group>
  );
}
