import type { LinkDelivery } from '@chatgate/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { SecretField } from '../../shared/ui/secret-field.tsx';

/** A link went by mail; or here it is, this once, to be handed over in another way. */
export function LinkDelivered(props: {
  readonly delivery: LinkDelivery;
  readonly email: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { delivery, email } = props;
  return (
    <Stack>
      {delivery.mail === 'sent' ? (
        <NoticeBox tone="good" icon={<IconCircleCheck size={18} aria-hidden="true" />}>
          {t('users.linkMailed', { email })}
        </NoticeBox>
      ) : null}
      {delivery.mail === 'failed' ? (
        <NoticeBox
          tone="warn"
          role="alert"
          icon={<IconAlertTriangle size={18} aria-hidden="true" />}
        >
          {t('users.mailFailed', { problem: delivery.problem ?? '' })}
        </NoticeBox>
      ) : null}
      {delivery.link === null ? null : (
        <>
          <Text size="sm">{t('users.handOver', { email })}</Text>
          <SecretField
            value={delivery.link}
            label={t('users.link')}
            copyLabel={t('users.copyLink')}
          />
          <Text size="sm" c="dimmed">
            {t('users.shownOnce')}
          </Text>
        </>
      )}
      <Text size="sm" c="dimmed">
        {t('users.linkUntil', { time: dateTime(delivery.expiresAt) })}
      </Text>
      <Group justify="flex-end">
        <Button onClick={props.onClose}>{t('users.done')}</Button>
      </Group>
    </Stack>
  );
}
