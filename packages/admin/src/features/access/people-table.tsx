import type { User } from '@chatgate/contract';
import { Badge, Group, Text } from '@mantine/core';
import { IconKey, IconPencil, IconTrash, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import classes from './access.module.css';
import { Cell } from './cell.tsx';
import { roleWords } from './role-words.ts';
import { RowAction } from './row-action.tsx';

type Handlers = {
  readonly onEdit: (user: User) => void;
  readonly onReset: (user: User) => void;
  readonly onSwitch: (user: User) => void;
  readonly onDelete: (user: User) => void;
};

export function PeopleTable({ people, ...handlers }: Handlers & { people: readonly User[] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('session.name')}</th>
            <th scope="col">{t('session.email')}</th>
            <th scope="col">{t('users.role')}</th>
            <th scope="col">{t('users.since')}</th>
            <th scope="col" className={classes.actions}>
              {t('gateways.actions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((user) => (
            <PersonRow key={user.id} user={user} {...handlers} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PersonRow({ user, ...handlers }: Handlers & { user: User }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return (
    <tr>
      <td className={classes.name}>
        <Group gap={8}>
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          {user.isCaller ? (
            <Badge variant="default" className={classes.badge ?? ''}>
              {t('users.you')}
            </Badge>
          ) : null}
          {user.enabled ? null : (
            <Badge variant="light" color="yellow" className={classes.warned ?? ''}>
              {t('users.disabled')}
            </Badge>
          )}
        </Group>
      </td>
      <Cell label={t('session.email')}>
        <Text size="sm" className={classes.name ?? ''}>
          {user.email}
        </Text>
      </Cell>
      <Cell label={t('users.role')}>
        <Text size="sm">{roleWords(t, user.role)}</Text>
      </Cell>
      <Cell label={t('users.since')}>
        <Text size="sm">{dateTime(user.createdAt)}</Text>
      </Cell>
      <td className={classes.actions}>
        <PersonActions user={user} {...handlers} />
      </td>
    </tr>
  );
}

/** Somebody with more rights than one's own cannot be changed: the hint says so, once per row. */
function PersonActions({ user, ...handlers }: Handlers & { user: User }) {
  const { t } = useTranslation();
  const may = useMay();
  const { name } = user;
  if (user.beyondCaller) {
    return (
      <Text size="xs" c="dimmed">
        {t('users.beyond')}
      </Text>
    );
  }
  return (
    <>
      {may('users:edit') ? (
        <>
          <RowAction
            label={t('users.edit', { name })}
            icon={<IconPencil size={18} />}
            onClick={() => handlers.onEdit(user)}
          />
          {/* One's own is changed under *Your account*, with the present one. */}
          {user.isCaller ? null : (
            <RowAction
              label={t('users.resetFor', { name })}
              icon={<IconKey size={18} />}
              disabled={!user.enabled}
              onClick={() => handlers.onReset(user)}
            />
          )}
          <RowAction
            label={t(user.enabled ? 'users.disableFor' : 'users.enableFor', { name })}
            icon={user.enabled ? <IconUserOff size={18} /> : <IconUserCheck size={18} />}
            onClick={() => handlers.onSwitch(user)}
          />
        </>
      ) : null}
      {may('users:delete') ? (
        <RowAction
          label={t('users.deleteFor', { name })}
          icon={<IconTrash size={18} />}
          onClick={() => handlers.onDelete(user)}
        />
      ) : null}
    </>
  );
}
