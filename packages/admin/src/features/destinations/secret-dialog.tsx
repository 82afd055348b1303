import type { Destination } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { SecretField } from '../../shared/ui/secret-field.tsx';

/** A destination and the secret that its endpoint needs; in memory only, until it is stored there. */
export interface NewSecret {
  readonly destination: Destination;
  readonly secret: string;
}

/**
 * Shows a secret, this once. Nothing but the button closes it: neither a stray click, nor Escape,
 * nor leaving the page without a question, since there is no way to see it again.
 */
export function SecretDialog(props: {
  readonly shown: NewSecret | undefined;
  readonly onKept: () => void;
}) {
  const { t } = useTranslation();
  const { shown } = props;
  useBlocker({
    shouldBlockFn: () => shown !== undefined,
    enableBeforeUnload: () => shown !== undefined,
    disabled: shown === undefined,
  });
  return (
    <Modal
      opened={shown !== undefined}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={shown === undefined ? '' : t('secretOnce.title', { name: shown.destination.name })}
      size="lg"
    >
      {shown === undefined ? null : (
        <Stack>
          <NoticeBox tone="warn" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
            {t('secretOnce.once')}
          </NoticeBox>
          <SecretField
            value={shown.secret}
            label={t('secretOnce.label')}
            copyLabel={t('secretOnce.copy')}
          />
          <Text size="sm">{t('secretOnce.how')}</Text>
          <Text size="sm" c="dimmed">
            {t('secretOnce.next')}
          </Text>
          <Group justify="flex-end">
            <Button onClick={props.onKept}>{t('secretOnce.kept')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
