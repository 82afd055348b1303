import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { InviteForm } from './invite-form.tsx';
import { InviteList } from './invite-list.tsx';

/** *Invite a Page administrator*: makes links, lists them, revokes them. */
export function InviteButton({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUserPlus size={17} aria-hidden="true" />}
        onClick={open}
      >
        {t('invites.button')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size="lg"
        title={t('invites.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack gap="lg">
          <Text size="sm" c="dimmed">
            {t('invites.intro')}
          </Text>
          <InviteForm gatewayId={gatewayId} />
          <InviteList gatewayId={gatewayId} />
        </Stack>
      </Modal>
    </>
  );
}
