import type { Role } from '@chatgate/contract';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconCopyPlus, IconEye, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import classes from './access.module.css';
import { deleteRole, rolesQuery } from './api/roles.ts';
import { Cell } from './cell.tsx';
import { sectionsOf } from './permission-choice.ts';
import { RoleDialog, type RoleEdit } from './role-dialog.tsx';
import { roleWords, sectionWords } from './role-words.ts';
import { RowAction } from './row-action.tsx';
import { ACCESS } from './stale.ts';

/** The roles there are, what each opens, and who has it. */
export function RolesTab() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(rolesQuery);
  const [edit, setEdit] = useState<RoleEdit>();
  const [question, setQuestion] = useState<Question>();
  const roles = query.data?.items ?? [];
  const all = roles.find(({ id }) => id === 'administrator')?.permissions ?? [];
  const askDelete = (role: Role) =>
    setQuestion({
      title: t('roles.deleteTitle', { role: role.name }),
      text: t('roles.deleteText'),
      action: t('common.delete'),
      done: t('roles.deleted', { role: role.name }),
      danger: true,
      run: () => deleteRole(role.id),
    });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={620}>
          {t('roles.intro')}
        </Text>
        {may('users:create') ? (
          <Button
            leftSection={<IconPlus size={17} aria-hidden="true" />}
            onClick={() => setEdit({ role: undefined, from: undefined })}
          >
            {t('roles.add')}
          </Button>
        ) : null}
      </Group>
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data === undefined ? null : (
        <div className={classes.frame}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t('roles.name')}</th>
                <th scope="col">{t('roles.opens')}</th>
                <th scope="col">{t('roles.usedBy')}</th>
                <th scope="col" className={classes.actions}>
                  {t('gateways.actions')}
                </th>
              </tr>
            </thead>
            <tbody>
              {roles.map((role) => (
                <RoleRow
                  key={role.id}
                  role={role}
                  onEdit={() => setEdit({ role, from: undefined })}
                  onCopy={() => setEdit({ role: undefined, from: role })}
                  onDelete={() => askDelete(role)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <RoleDialog
        edit={edit}
        all={all}
        mayEdit={may('users:edit')}
        onClose={() => setEdit(undefined)}
      />
      <ConfirmDialog question={question} stale={ACCESS} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}

function RoleRow(props: {
  readonly role: Role;
  readonly onEdit: () => void;
  readonly onCopy: () => void;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { list } = useFormat();
  const { role } = props;
  const name = roleWords(t, role);
  const own = role.beyondCaller.length === 0;
  const changeable = !role.builtIn && own && may('users:edit');
  const opened = sectionsOf(role.permissions)
    .map(({ section }) => section)
    .filter((section) => section !== 'admin');
  return (
    <tr>
      <td className={classes.name}>
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
      </td>
      <Cell label={t('roles.opens')}>
        <Text size="sm">
          {opened.length === 0
            ? t('roles.opensNothing')
            : list(opened.map((section) => sectionWords(t, section)))}
        </Text>
      </Cell>
      <Cell label={t('roles.usedBy')}>
        <UsedBy role={role} />
      </Cell>
      <td className={classes.actions}>
        <RowAction
          label={t(changeable ? 'roles.edit' : 'roles.show', { role: name })}
          icon={changeable ? <IconPencil size={18} /> : <IconEye size={18} />}
          onClick={props.onEdit}
        />
        {may('users:create') ? (
          <RowAction
            label={t('roles.copy', { role: name })}
            icon={<IconCopyPlus size={18} />}
            disabled={!own}
            onClick={props.onCopy}
          />
        ) : null}
        {may('users:delete') && !role.builtIn ? (
          <RowAction
            label={t('roles.delete', { role: name })}
            icon={<IconTrash size={18} />}
            disabled={!own}
            onClick={props.onDelete}
          />
        ) : null}
      </td>
    </tr>
  );
}

function UsedBy({ role }: { role: Role }) {
  const { t } = useTranslation();
  const { people, apiKeys, invitations } = role.usedBy;
  const parts = [
    people > 0 ? t('roles.people', { count: people }) : '',
    apiKeys > 0 ? t('roles.keys', { count: apiKeys }) : '',
    invitations > 0 ? t('roles.invitations', { count: invitations }) : '',
  ].filter(Boolean);
  return (
    <Text size="sm" {...(parts.length === 0 ? { c: 'dimmed' } : {})}>
      {parts.length === 0 ? t('roles.nobody') : parts.join(' · ')}
    </Text>
  );
}
