import type { User } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { updateUser } from './api/users.ts';
import { RoleSelect } from './role-select.tsx';

/** Name and role of one person. */
export function UserDialog({ user, onClose }: { user: User | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={user !== undefined}
      onClose={onClose}
      title={t('users.editTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {user === undefined ? null : <UserForm user={user} onClose={onClose} />}
    </Modal>
  );
}

function UserForm({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role.id);
  const saving = useMutation({
    // Only what was changed here: somebody else may have changed the other meanwhile.
    mutationFn: () =>
      updateUser(user.id, {
        ...(name.trim() === user.name ? {} : { name: name.trim() }),
        ...(role === user.role.id ? {} : { role }),
      }),
    onSuccess: (saved) => {
      tellDone(t('users.saved', { name: saved.name }));
      onClose();
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['access'] });
      await client.invalidateQueries({ queryKey: ['me'] });
    },
  });
  const isSame = name.trim() === user.name && role === user.role.id;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          {user.email}
        </Text>
        <TextInput
          label={t('session.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        <RoleSelect value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          {t('users.roleAtOnce')}
        </Text>
        <FormError error={saving.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={saving.isPending} disabled={name.trim() === '' || isSame}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
