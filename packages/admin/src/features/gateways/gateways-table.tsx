import type { Gateway } from '@chatgate/contract';
import {
  ActionIcon,
  Anchor,
  Badge,
  Checkbox,
  Group,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconMessage2,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import {
  ActionsCell,
  Cell,
  DataTable,
  NameCell,
  SelectCell,
  SelectHeader,
} from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import type { GatewaySort } from './api/list-gateways.ts';
import classes from './gateways.module.css';
import { StateSwitch } from './state-switch.tsx';

export function GatewaysTable(props: {
  readonly rows: readonly Gateway[];
  readonly sort: GatewaySort;
  readonly onSort: (sort: GatewaySort) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onDelete: (id: string) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { rows, selected } = props;
  const all = rows.every((row) => selected.has(row.id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    props.onSelect(next);
  };
  return (
    <DataTable
      columns={[
        <SelectHeader key="select">
          <Checkbox
            aria-label={t('gateways.selectAll')}
            checked={all}
            indeterminate={!all && selected.size > 0}
            disabled={!may('gateways:delete')}
            onChange={() => props.onSelect(all ? new Set() : new Set(rows.map((row) => row.id)))}
          />
        </SelectHeader>,
        <NameHeader key="name" sort={props.sort} onSort={props.onSort} />,
        t('gateways.uri'),
        t('gateways.provider'),
        t('gateways.pages'),
        t('gateways.state'),
      ]}
      actions={t('gateways.actions')}
    >
      {rows.map((row) => (
        <GatewayRow
          key={row.id}
          row={row}
          selected={selected.has(row.id)}
          onToggle={() => toggle(row.id)}
          onDelete={() => props.onDelete(row.id)}
        />
      ))}
    </DataTable>
  );
}

function NameHeader(props: { sort: GatewaySort; onSort: (sort: GatewaySort) => void }) {
  const { t } = useTranslation();
  const down = props.sort === '-name';
  return (
    <th scope="col" aria-sort={down ? 'descending' : 'ascending'}>
      <UnstyledButton
        className={classes.sort ?? ''}
        onClick={() => props.onSort(down ? 'name' : '-name')}
      >
        {t('gateways.name')}
        {down ? (
          <IconArrowDown size={14} aria-hidden="true" />
        ) : (
          <IconArrowUp size={14} aria-hidden="true" />
        )}
      </UnstyledButton>
    </th>
  );
}

function GatewayRow(props: {
  readonly row: Gateway;
  readonly selected: boolean;
  readonly onToggle: () => void;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { row } = props;
  const { name } = row;
  return (
    <tr data-selected={props.selected || undefined}>
      <SelectCell>
        <Checkbox
          aria-label={t('gateways.select', { name })}
          checked={props.selected}
          disabled={!may('gateways:delete')}
          onChange={props.onToggle}
        />
      </SelectCell>
      <NameCell>
        <Anchor component={Link} to={`/gateways/${row.id}`} fw={600} className={classes.wrap ?? ''}>
          {name}
        </Anchor>
        {row.webhook.state === 'failed' ? <Warned problem={row.webhook.problem?.message} /> : null}
      </NameCell>
      <Cell label={t('gateways.uri')}>
        <Group gap={2} wrap="nowrap">
          <Text size="sm" ff="monospace" className={classes.uri ?? ''}>
            {row.uri}
          </Text>
          <CopyIcon
            value={row.callbackBase}
            label={t('gateways.copyUri')}
            tooltip={row.callbackBase}
          />
        </Group>
      </Cell>
      <Cell label={t('gateways.provider')}>
        <Group gap={6} wrap="nowrap">
          <IconMessage2 size={17} stroke={1.6} aria-hidden="true" />
          <Text size="sm">{t('gateways.messenger')}</Text>
        </Group>
      </Cell>
      <Cell label={t('gateways.pages')}>
        <PagesCount row={row} />
      </Cell>
      <Cell label={t('gateways.state')}>
        <StateSwitch gateway={row} disabled={!may('gateways:edit')} />
      </Cell>
      <ActionsCell>
        <Tooltip label={t('gateways.edit', { name })}>
          <ActionIcon
            component={Link}
            to={`/gateways/${row.id}`}
            variant="subtle"
            color="gray"
            size={32}
            aria-label={t('gateways.edit', { name })}
          >
            <IconPencil size={18} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <IconButton
          label={t('gateways.delete', { name })}
          icon={<IconTrash size={18} />}
          disabled={!may('gateways:delete')}
          onClick={props.onDelete}
        />
      </ActionsCell>
    </tr>
  );
}

function Warned({ problem }: { problem: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Text size="xs" className={classes.warn ?? ''}>
      {problem ?? t('form.webhookUnregistered')}
    </Text>
  );
}

function PagesCount({ row }: { row: Gateway }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { count, receiving, needAttention } = row.pages;
  return (
    <Group gap={6} className={classes.pages ?? ''}>
      <Text size="sm">
        {t('gateways.pagesCount', { count })}
        {count === 0 ? '' : ` · ${t('gateways.receivingCount', { number: number(receiving) })}`}
      </Text>
      {needAttention > 0 ? (
        <Badge variant="light" color="yellow" className={classes.badge ?? ''}>
          {t('gateways.attentionCount', { count: needAttention })}
        </Badge>
      ) : null}
    </Group>
  );
}
