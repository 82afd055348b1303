import type { Role } from '@chatgate/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { DataTable } from '../../shared/ui/data-table.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { deleteRole, rolesQuery } from './api/roles.ts';
import { RoleDialog, type RoleEdit } from './role-dialog.tsx';
import { RoleRow } from './role-row.tsx';
import { ACCESS } from './stale.ts';

/** The roles there are, what each opens, and who has it. */
export function RolesTab({ onPeople }: { onPeople: (role: string) => void }) {
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
        <DataTable
          columns={[t('roles.name'), t('roles.allows'), t('roles.usedBy')]}
          actions={t('gateways.actions')}
        >
          {roles.map((role) => (
            <RoleRow
              key={role.id}
              role={role}
              all={all}
              onPeople={() => onPeople(role.id)}
              onEdit={() => setEdit({ role, from: undefined })}
              onCopy={() => setEdit({ role: undefined, from: role })}
              onDelete={() => askDelete(role)}
            />
          ))}
        </DataTable>
      )}
      <RoleDialog
        edit={edit}
        all={all}
        latest={roles.find(({ id }) => id === edit?.role?.id)}
        mayEdit={may('users:edit')}
        onReload={(role) => setEdit({ role, from: undefined })}
        onClose={() => setEdit(undefined)}
      />
      <ConfirmDialog question={question} stale={ACCESS} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}
