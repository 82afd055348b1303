import type { ApiKey } from '@chatgate/contract';
import { Badge, Stack, Text } from '@mantine/core';
import { IconBan, IconUserShare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat, useNow } from '../../shared/format.ts';
import { roleWords } from '../../shared/role-words.ts';
import { ActionsCell, Cell, DataTable, NameCell } from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import classes from './access.module.css';

type Handlers = {
  readonly onRevoke: (key: ApiKey) => void;
  readonly onTakeOver: (key: ApiKey) => void;
};

export function ApiKeysTable({ rows, ...handlers }: Handlers & { rows: readonly ApiKey[] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      columns={[
        t('roles.name'),
        t('apiKeys.state'),
        t('users.role'),
        t('apiKeys.owner'),
        t('apiKeys.expires'),
        t('apiKeys.lastUsed'),
      ]}
      actions={t('gateways.actions')}
    >
      {rows.map((row) => (
        <KeyRow key={row.id} row={row} {...handlers} />
      ))}
    </DataTable>
  );
}

function KeyRow({ row, ...handlers }: Handlers & { row: ApiKey }) {
  const { t } = useTranslation();
  const may = useMay();
  const { dateTime } = useFormat();
  const { name } = row;
  return (
    <tr>
      <NameCell>
        <Text fw={600} size="sm">
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {row.shownPrefix}…
        </Text>
      </NameCell>
      <Cell label={t('apiKeys.state')}>
        <KeyState row={row} />
      </Cell>
      <Cell label={t('users.role')}>
        <Stack gap={0}>
          <Text size="sm">{roleWords(t, row.role)}</Text>
          {row.limited ? (
            <Text size="xs" className={classes.warned ?? ''}>
              {t('apiKeys.limited')}
            </Text>
          ) : null}
        </Stack>
      </Cell>
      <Cell label={t('apiKeys.owner')}>
        <Text size="sm">{row.owner?.name ?? t('apiKeys.commandLine')}</Text>
      </Cell>
      <Cell label={t('apiKeys.expires')}>
        <Text size="sm">
          {row.expiresAt === null ? t('apiKeys.never') : dateTime(row.expiresAt)}
        </Text>
      </Cell>
      <Cell label={t('apiKeys.lastUsed')}>
        <LastUsed at={row.lastUsedAt} />
      </Cell>
      <ActionsCell>
        {may('users:edit') && row.mayTakeOver ? (
          <IconButton
            label={t('apiKeys.takeOverFor', { name })}
            icon={<IconUserShare size={18} />}
            onClick={() => handlers.onTakeOver(row)}
          />
        ) : null}
        {may('users:delete') && row.state !== 'revoked' ? (
          <IconButton
            label={t('apiKeys.revokeFor', { name })}
            icon={<IconBan size={18} />}
            onClick={() => handlers.onRevoke(row)}
          />
        ) : null}
      </ActionsCell>
    </tr>
  );
}

function LastUsed({ at }: { at: number | null }) {
  const { t } = useTranslation();
  const { ago, exact } = useFormat();
  // The server notes a use once a minute.
  const now = useNow(60_000);
  if (at === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('apiKeys.neverUsed')}
      </Text>
    );
  }
  return (
    <Text size="sm" title={exact(at)}>
      {ago(at, now)}
    </Text>
  );
}

function KeyState({ row }: { row: ApiKey }) {
  const { t } = useTranslation();
  const { state } = row;
  return (
    <Badge
      variant={state === 'active' ? 'light' : 'default'}
      className={(state === 'stopped' ? classes.warned : classes.badge) ?? ''}
    >
      {t(`apiKeys.state_${state}`)}
    </Badge>
  );
}
