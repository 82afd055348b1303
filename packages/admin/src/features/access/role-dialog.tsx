import type { Permission, Role } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { tellDone } from '../../shared/notice.ts';
import { roleWords } from '../../shared/role-words.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { createRole, updateRole } from './api/roles.ts';
import { PermissionMatrix } from './permission-matrix.tsx';
import { usedByWords } from './role-words.ts';

/** `role` undefined: a new one, beginning with the permissions of `from` if it is a copy. */
export type RoleEdit = { readonly role: Role | undefined; readonly from: Role | undefined };

export function RoleDialog(props: {
  readonly edit: RoleEdit | undefined;
  readonly all: readonly Permission[];
  /** What is stored now, which may be newer than what is being edited. */
  readonly latest: Role | undefined;
  readonly mayEdit: boolean;
  readonly onReload: (role: Role) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const role = props.edit?.role;
  const title = role === undefined ? t('roles.newTitle') : roleWords(t, role);
  return (
    <Modal
      opened={props.edit !== undefined}
      onClose={props.onClose}
      title={title}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {props.edit === undefined ? null : (
        <RoleForm key={role?.version} {...props} edit={props.edit} />
      )}
    </Modal>
  );
}

function RoleForm(props: {
  readonly edit: RoleEdit;
  readonly all: readonly Permission[];
  readonly latest: Role | undefined;
  readonly onReload: (role: Role) => void;
  readonly mayEdit: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { role, from } = props.edit;
  const [name, setName] = useState(role?.name ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(
    new Set((role ?? from)?.permissions),
  );
  const readOnly =
    role !== undefined && (role.builtIn || role.beyondCaller.length > 0 || !props.mayEdit);
  const saving = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), permissions: [...chosen] };
      return role === undefined
        ? createRole(body)
        : updateRole(role.id, { ...body, version: role.version });
    },
    onSuccess: (saved) => {
      tellDone(t('roles.saved', { role: saved.name }));
      props.onClose();
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['access'] });
      await client.invalidateQueries({ queryKey: ['me'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <RoleNote role={role} readOnly={readOnly} />
        <Newer {...props} />
        {role?.builtIn === true ? null : (
          <TextInput
            label={t('roles.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            readOnly={readOnly}
            required
            data-autofocus
          />
        )}
        <PermissionMatrix
          all={props.all}
          chosen={chosen}
          readOnly={readOnly}
          onChange={setChosen}
        />
        <FormError error={saving.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {readOnly ? t('common.close') : t('common.cancel')}
          </Button>
          {readOnly ? null : (
            <Button type="submit" loading={saving.isPending} disabled={name.trim() === ''}>
              {t('common.save')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody else saved this role while it is being edited: saving over theirs is refused. */
function Newer(props: {
  readonly edit: RoleEdit;
  readonly latest: Role | undefined;
  readonly onReload: (role: Role) => void;
}) {
  const { t } = useTranslation();
  const { edit, latest, onReload } = props;
  if (edit.role === undefined || latest === undefined || latest.version <= edit.role.version) {
    return null;
  }
  return (
    <NoticeBox tone="warn" role="alert">
      <Group justify="space-between">
        {t('roles.newer')}
        <Button size="compact-sm" variant="default" onClick={() => onReload(latest)}>
          {t('common.reload')}
        </Button>
      </Group>
    </NoticeBox>
  );
}

function RoleNote({ role, readOnly }: { role: Role | undefined; readOnly: boolean }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  if (role === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t('roles.newHint')}
      </Text>
    );
  }
  if (role.builtIn) return <NoticeBox tone="info">{t('roles.builtInHint')}</NoticeBox>;
  if (readOnly) return <NoticeBox tone="info">{t('roles.beyondHint')}</NoticeBox>;
  const users = usedByWords(t, role.usedBy);
  return users.length === 0 ? null : (
    <NoticeBox tone="warn">{t('roles.inUseHint', { users: list(users) })}</NoticeBox>
  );
}
