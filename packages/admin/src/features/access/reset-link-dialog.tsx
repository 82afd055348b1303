import type { User } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { makeResetLink } from './api/users.ts';
import { LinkDelivered } from './link-delivered.tsx';

/** A way back in for somebody who forgot the password. */
export function ResetLinkDialog({
  user,
  onClose,
}: {
  user: User | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={user !== undefined}
      onClose={onClose}
      title={t('users.resetTitle', { name: user?.name ?? '' })}
      // A stray click beside the window must not take away what is shown only once.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {user === undefined ? null : <ResetLink user={user} onClose={onClose} />}
    </Modal>
  );
}

function ResetLink({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const making = useMutation({ mutationFn: () => makeResetLink(user.id) });
  if (making.data !== undefined) {
    return <LinkDelivered delivery={making.data} email={user.email} onClose={onClose} />;
  }
  return (
    <Stack>
      <Text>{t('users.resetText')}</Text>
      <FormError error={making.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button loading={making.isPending} onClick={() => making.mutate()}>
          {t('users.makeLink')}
        </Button>
      </Group>
    </Stack>
  );
}
