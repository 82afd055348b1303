import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Asks before Facebook's deliveries are taken away from another host. */
export function MoveWebhookDialog(props: {
  readonly host: string | undefined;
  readonly onMove: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.host !== undefined}
      onClose={props.onClose}
      title={t('form.elsewhereTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text>{t('form.elsewhere', { host: props.host ?? '' })}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={props.onMove}>{t('form.move')}</Button>
      </Group>
    </Modal>
  );
}
