import type { Permission, Role } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { createRole, updateRole } from './api/roles.ts';
import { PermissionMatrix } from './permission-matrix.tsx';
import { roleWords } from './role-words.ts';

/** `role` undefined: a new one, beginning with the permissions of `from` if it is a copy. */
export type RoleEdit = { readonly role: Role | undefined; readonly from: Role | undefined };

export function RoleDialog(props: {
  readonly edit: RoleEdit | undefined;
  readonly all: readonly Permission[];
  readonly mayEdit: boolean;
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
      {props.edit === undefined ? null : <RoleForm {...props} edit={props.edit} />}
    </Modal>
  );
}

function RoleForm(props: {
  readonly edit: RoleEdit;
  readonly all: readonly Permission[];
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

function RoleNote({ role, readOnly }: { role: Role | undefined; readOnly: boolean }) {
  const { t } = useTranslation();
  if (role === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t('roles.newHint')}
      </Text>
    );
  }
  if (role.builtIn) return <NoticeBox tone="info">{t('roles.builtInHint')}</NoticeBox>;
  if (readOnly) return <NoticeBox tone="info">{t('roles.beyondHint')}</NoticeBox>;
  const { people, apiKeys } = role.usedBy;
  return people + apiKeys === 0 ? null : (
    <NoticeBox tone="warn">
      {t('roles.inUseHint', {
        people: t('roles.people', { count: people }),
        keys: t('roles.keys', { count: apiKeys }),
      })}
    </NoticeBox>
  );
}
