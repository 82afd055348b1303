import type { User } from '@chatgate/contract';
import { Badge, Group, Text } from '@mantine/core';
import {
  IconKey,
  IconLockOpen,
  IconLogout,
  IconPencil,
  IconShieldOff,
  IconTrash,
  IconUserCheck,
  IconUserOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { roleWords } from '../../shared/role-words.ts';
import { ActionsCell, Cell, DataTable, NameCell } from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import classes from './access.module.css';

/** What an administrator does about the sign-in of somebody else. */
export type SignInHelp = 'letIn' | 'removeFactor' | 'signOut';

type Handlers = {
  readonly onEdit: (user: User) => void;
  readonly onReset: (user: User) => void;
  readonly onSwitch: (user: User) => void;
  readonly onDelete: (user: User) => void;
  readonly onHelp: (user: User, help: SignInHelp) => void;
};

export function PeopleTable({ people, ...handlers }: Handlers & { people: readonly User[] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      columns={[t('session.name'), t('session.email'), t('users.role'), t('users.since')]}
      actions={t('gateways.actions')}
    >
      {people.map((user) => (
        <PersonRow key={user.id} user={user} {...handlers} />
      ))}
    </DataTable>
  );
}

function PersonRow({ user, ...handlers }: Handlers & { user: User }) {
  const { t } = useTranslation();
  const { date, exact } = useFormat();
  return (
    <tr>
      <NameCell>
        <Group gap={8}>
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          {user.isCaller ? (
            <Badge variant="default" className={classes.badge ?? ''}>
              {t('users.you')}
            </Badge>
          ) : null}
          {user.secondFactor ? (
            <Badge variant="default" className={classes.badge ?? ''}>
              {t('signInHelp.twoFactor')}
            </Badge>
          ) : null}
          {user.signInPaused ? (
            <Badge variant="light" color="yellow" className={classes.warned ?? ''}>
              {t('signInHelp.paused')}
            </Badge>
          ) : null}
          {user.enabled ? null : (
            <Badge variant="light" color="yellow" className={classes.warned ?? ''}>
              {t('users.disabled')}
            </Badge>
          )}
        </Group>
      </NameCell>
      <Cell label={t('session.email')}>
        <Text size="sm" className={classes.wrap ?? ''}>
          {user.email}
        </Text>
      </Cell>
      <Cell label={t('users.role')}>
        <Text size="sm">{roleWords(t, user.role)}</Text>
      </Cell>
      <Cell label={t('users.since')}>
        <Text size="sm" title={exact(user.createdAt)} className={classes.when ?? ''}>
          {date(user.createdAt)}
        </Text>
      </Cell>
      <ActionsCell>
        <PersonActions user={user} {...handlers} />
      </ActionsCell>
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
          <IconButton
            label={t('users.edit', { name })}
            icon={<IconPencil size={18} />}
            onClick={() => handlers.onEdit(user)}
          />
          {/* One's own is changed under *Your account*, with the present one. */}
          {user.isCaller ? null : (
            <IconButton
              label={t('users.resetFor', { name })}
              icon={<IconKey size={18} />}
              disabled={!user.enabled}
              onClick={() => handlers.onReset(user)}
            />
          )}
          <SignInActions user={user} onHelp={handlers.onHelp} />
          <IconButton
            label={t(user.enabled ? 'users.disableFor' : 'users.enableFor', { name })}
            icon={user.enabled ? <IconUserOff size={18} /> : <IconUserCheck size={18} />}
            onClick={() => handlers.onSwitch(user)}
          />
        </>
      ) : null}
      {may('users:delete') ? (
        <IconButton
          label={t('users.deleteFor', { name })}
          icon={<IconTrash size={18} />}
          onClick={() => handlers.onDelete(user)}
        />
      ) : null}
    </>
  );
}

function SignInActions({ user, onHelp }: Pick<Handlers, 'onHelp'> & { user: User }) {
  const { t } = useTranslation();
  const { name } = user;
  return (
    <>
      {user.signInPaused ? (
        <IconButton
          label={t('signInHelp.letInFor', { name })}
          icon={<IconLockOpen size={18} />}
          onClick={() => onHelp(user, 'letIn')}
        />
      ) : null}
      {user.secondFactor && !user.isCaller ? (
        <IconButton
          label={t('signInHelp.removeFactorFor', { name })}
          icon={<IconShieldOff size={18} />}
          onClick={() => onHelp(user, 'removeFactor')}
        />
      ) : null}
      {user.isCaller ? null : (
        <IconButton
          label={t('signInHelp.signOutFor', { name })}
          icon={<IconLogout size={18} />}
          onClick={() => onHelp(user, 'signOut')}
        />
      )}
    </>
  );
}
