import type { Destination } from '@chatgate/contract';
import { ActionIcon, Anchor, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { DeliverySwitch } from './delivery-switch.tsx';
import {
  LastDelivery,
  StateButton,
  StateSentence,
  StateSign,
  Waiting,
} from './destination-state.tsx';
import classes from './destinations.module.css';
import { stateOf } from './state-of.ts';

export function DestinationsTable(props: {
  readonly rows: readonly Destination[];
  readonly onDelete: (destination: Destination) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('destinations.name')}</th>
            <th scope="col">{t('destinations.kind')}</th>
            <th scope="col">{t('destinations.state')}</th>
            <th scope="col">{t('destinations.waiting')}</th>
            <th scope="col">{t('destinations.lastDelivery')}</th>
            <th scope="col">{t('destinations.on')}</th>
            <th scope="col" className={classes.actions}>
              {t('destinations.actions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <Row key={row.id} row={row} onDelete={() => props.onDelete(row)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, onDelete }: { row: Destination; onDelete: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { name } = row;
  const isWell = stateOf(row).name === 'idle' || stateOf(row).name === 'delivering';
  return (
    <tr>
      <td className={classes.name}>
        <Anchor component={Link} to={`/destinations/${row.id}`} fw={600}>
          {name}
        </Anchor>
        {row.url === null ? null : <div className={classes.url}>{row.url}</div>}
      </td>
      <Cell label={t('destinations.kind')}>{t(`destinations.kind_${row.kind}`)}</Cell>
      <td className={classes.stateCell}>
        <StateSign destination={row} />
        {isWell ? null : (
          <Text size="sm" c="dimmed" mb={6}>
            <StateSentence destination={row} />
          </Text>
        )}
        <StateButton destination={row} />
      </td>
      <Cell label={t('destinations.waiting')}>
        <Waiting destination={row} />
      </Cell>
      <Cell label={t('destinations.lastDelivery')}>
        <Text size="sm" className={classes.nowrap ?? ''}>
          <LastDelivery destination={row} />
        </Text>
      </Cell>
      <Cell label={t('destinations.on')}>
        <DeliverySwitch destination={row} />
      </Cell>
      <td className={classes.actions}>
        <Tooltip label={t('destinations.delete', { name })}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            aria-label={t('destinations.delete', { name })}
            disabled={!may('destinations:delete')}
            onClick={onDelete}
          >
            <IconTrash size={18} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </td>
    </tr>
  );
}

/** A cell that says its column by itself where the table has become cards. */
function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td>
      <span className={classes.cellLabel} aria-hidden="true">
        {label}
      </span>
      {children}
    </td>
  );
}
