import type { Destination } from '@chatgate/contract';
import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../shared/ui/confirm-dialog.tsx';
import { deleteDestination } from './api/destinations.ts';

/** Says what deleting ends, and asks. */
export function DeleteDestinationDialog(props: {
  readonly destination: Destination | undefined;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}) {
  const { t } = useTranslation();
  const { destination } = props;
  return (
    <ConfirmDialog
      question={
        destination === undefined
          ? undefined
          : {
              title: t('destinations.deleteTitle', { name: destination.name }),
              text: <WhatEnds destination={destination} />,
              action: t('destinations.deleteShort'),
              done: t('destinations.deleted', { name: destination.name }),
              danger: true,
              run: async () => {
                await deleteDestination(destination.id);
                props.onDeleted?.();
              },
            }
      }
      stale={[['destinations']]}
      onClose={props.onClose}
    />
  );
}

function WhatEnds({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const { waiting, parked } = destination.health;
  return (
    <Stack gap="xs">
      <Text>{t('destinations.deleteEnds')}</Text>
      <List size="sm" withPadding>
        {waiting > 0 ? (
          <List.Item>{t('destinations.deleteWaiting', { count: waiting })}</List.Item>
        ) : null}
        {parked > 0 ? (
          <List.Item>{t('destinations.deleteParked', { count: parked })}</List.Item>
        ) : null}
        <List.Item>{t('destinations.deleteLog')}</List.Item>
        {destination.kind === 'http' ? (
          <List.Item>{t('destinations.deleteSecret')}</List.Item>
        ) : null}
      </List>
      <Text size="sm" c="dimmed">
        {t('destinations.deleteKeeps')}
      </Text>
    </Stack>
  );
}
