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
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
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
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" className={classes.check}>
              <Checkbox
                aria-label={t('gateways.selectAll')}
                checked={all}
                indeterminate={!all && selected.size > 0}
                disabled={!may('gateways:delete')}
                onChange={() =>
                  props.onSelect(all ? new Set() : new Set(rows.map((row) => row.id)))
                }
              />
            </th>
            <NameHeader sort={props.sort} onSort={props.onSort} />
            <th scope="col">{t('gateways.uri')}</th>
            <th scope="col">{t('gateways.provider')}</th>
            <th scope="col">{t('gateways.pages')}</th>
            <th scope="col">{t('gateways.state')}</th>
            <th scope="col" className={classes.actions}>
              {t('gateways.actions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <GatewayRow
              key={row.id}
              row={row}
              selected={selected.has(row.id)}
              onToggle={() => toggle(row.id)}
              onDelete={() => props.onDelete(row.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
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
      <td className={classes.check}>
        <Checkbox
          aria-label={t('gateways.select', { name })}
          checked={props.selected}
          disabled={!may('gateways:delete')}
          onChange={props.onToggle}
        />
      </td>
      <td className={classes.name}>
        <Anchor component={Link} to={`/gateways/${row.id}`} fw={600} className={classes.wrap ?? ''}>
          {name}
        </Anchor>
        {row.webhook.state === 'failed' ? <Warned problem={row.webhook.problem?.message} /> : null}
      </td>
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
      <td className={classes.actions}>
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
        <Tooltip label={t('gateways.delete', { name })}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            aria-label={t('gateways.delete', { name })}
            disabled={!may('gateways:delete')}
            onClick={props.onDelete}
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
