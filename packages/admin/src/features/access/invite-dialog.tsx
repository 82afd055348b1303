import type { SentInvitation } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { invite } from './api/invitations.ts';
import { LinkDelivered } from './link-delivered.tsx';
import { RoleSelect } from './role-select.tsx';

/** Asks for name, address and role; then says how the link went out. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('users.inviteTitle')}
      // A stray click beside the window must not take away what is shown only once.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <InviteForm onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [role, setRole] = useState('');
  const [sent, setSent] = useState<SentInvitation>();
  const sending = useMutation({
    mutationFn: invite,
    onSuccess: setSent,
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    sending.mutate({
      name: String(form.get('name') ?? '').trim(),
      email: String(form.get('email') ?? '').trim(),
      role,
    });
  };
  if (sent !== undefined) {
    const { email } = sent.invitation;
    return <LinkDelivered delivery={sent.delivery} email={email} onClose={onClose} />;
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('users.inviteHint')}
        </Text>
        <TextInput label={t('session.name')} name="name" maxLength={200} required data-autofocus />
        <TextInput
          label={t('session.email')}
          name="email"
          type="email"
          autoComplete="off"
          maxLength={254}
          required
        />
        <RoleSelect value={role} onChange={setRole} />
        <FormError error={sending.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={sending.isPending}>
            {t('users.sendInvitation')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
