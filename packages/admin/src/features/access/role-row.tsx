import type { Permission, Role } from '@chatgate/contract';
import { Anchor, Badge, Group, Text } from '@mantine/core';
import { IconCopyPlus, IconEye, IconPencil, IconTrash } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { roleWords } from '../../shared/role-words.ts';
import { ActionsCell, Cell, NameCell } from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import classes from './access.module.css';
import { sectionsOf } from './permission-choice.ts';
import { actionWords, sectionWords, usedByWords } from './role-words.ts';

/** One role: what it allows, who has it. */
export function RoleRow(props: {
  readonly role: Role;
  readonly all: readonly Permission[];
  readonly onPeople: () => void;
  readonly onEdit: () => void;
  readonly onCopy: () => void;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { role } = props;
  const name = roleWords(t, role);
  const own = role.beyondCaller.length === 0;
  const changeable = !role.builtIn && own && may('users:edit');
  return (
    <tr>
      <NameCell>
        <Group gap={8}>
          <Text fw={600} size="sm">
            {name}
          </Text>
          {role.builtIn ? (
            <Badge variant="default" className={classes.badge ?? ''}>
              {t('roles.builtIn')}
            </Badge>
          ) : null}
        </Group>
      </NameCell>
      <Cell label={t('roles.allows')}>
        <Allows role={role} all={props.all} />
      </Cell>
      <Cell label={t('roles.usedBy')}>
        <UsedBy role={role} onPeople={props.onPeople} />
      </Cell>
      <ActionsCell>
        <IconButton
          label={t(changeable ? 'roles.edit' : 'roles.show', { role: name })}
          icon={changeable ? <IconPencil size={18} /> : <IconEye size={18} />}
          onClick={props.onEdit}
        />
        {may('users:create') ? (
          <IconButton
            label={t('roles.copy', { role: name })}
            icon={<IconCopyPlus size={18} />}
            disabled={!own}
            onClick={props.onCopy}
          />
        ) : null}
        {may('users:delete') && !role.builtIn ? (
          <IconButton
            label={t('roles.delete', { role: name })}
            icon={<IconTrash size={18} />}
            disabled={!own}
            onClick={props.onDelete}
          />
        ) : null}
      </ActionsCell>
    </tr>
  );
}

/** What a role allows, a line per section. */
function Allows({ role, all }: { role: Role; all: readonly Permission[] }) {
  const { t } = useTranslation();
  if (role.permissions.length === all.length) return <Text size="sm">{t('roles.everything')}</Text>;
  const sections = sectionsOf(role.permissions).filter(({ section }) => section !== 'admin');
  if (sections.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('roles.opensNothing')}
      </Text>
    );
  }
  return (
    <ul className={classes.allows}>
      {sections.map(({ section, permissions }) => (
        <li key={section}>
          {sectionWords(t, section)}
          <span className={classes.actionsOf}>{actionsIn(t, permissions)}</span>
        </li>
      ))}
    </ul>
  );
}

function actionsIn(t: TFunction, permissions: readonly Permission[]): string {
  const actions = permissions
    .map((permission) => permission.split(':')[1] ?? '')
    .filter((action) => action !== 'access');
  return actions.length === 0
    ? t('roles.opensOnly')
    : actions.map((action) => actionWords(t, action)).join(', ');
}

function UsedBy({ role, onPeople }: { role: Role; onPeople: () => void }) {
  const { t } = useTranslation();
  const { people } = role.usedBy;
  const words = usedByWords(t, role.usedBy);
  if (words.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('roles.nobody')}
      </Text>
    );
  }
  return (
    <Text size="sm" component="div">
      {words.map((text, index) => (
        <div key={text}>
          {people > 0 && index === 0 ? (
            <Anchor component="button" type="button" size="sm" onClick={onPeople}>
              {text}
            </Anchor>
          ) : (
            text
          )}
        </div>
      ))}
    </Text>
  );
}
