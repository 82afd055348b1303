import type { Destination } from '@chatgate/contract';
import { Anchor, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { ActionsCell, Cell, DataTable, NameCell } from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
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
    <DataTable
      columns={[
        t('destinations.name'),
        t('destinations.kind'),
        t('destinations.state'),
        t('destinations.waiting'),
        t('destinations.lastDelivery'),
        t('destinations.on'),
      ]}
      actions={t('destinations.actions')}
      align="top"
    >
      {props.rows.map((row) => (
        <Row key={row.id} row={row} onDelete={() => props.onDelete(row)} />
      ))}
    </DataTable>
  );
}

function Row({ row, onDelete }: { row: Destination; onDelete: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { name } = row;
  const isWell = stateOf(row).name === 'idle' || stateOf(row).name === 'delivering';
  return (
    <tr>
      <NameCell>
        <Anchor component={Link} to={`/destinations/${row.id}`} fw={600}>
          {name}
        </Anchor>
        {row.url === null ? null : <div className={classes.url}>{row.url}</div>}
      </NameCell>
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
        <span className={classes.nowrap}>
          <LastDelivery destination={row} />
        </span>
      </Cell>
      <Cell label={t('destinations.on')}>
        <DeliverySwitch destination={row} />
      </Cell>
      <ActionsCell>
        <IconButton
          label={t('destinations.delete', { name })}
          icon={<IconTrash size={18} />}
          disabled={!may('destinations:delete')}
          onClick={onDelete}
        />
      </ActionsCell>
    </tr>
  );
}
