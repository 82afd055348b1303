import type { Destination } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { FullSwitch } from '../../shared/ui/full-switch.tsx';
import { updateDestination } from './api/destinations.ts';

/** On and off of a destination; switching off says first what that means. */
export function DeliverySwitch({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const change = useSwitch(destination);
  const { name, enabled, health } = destination;
  return (
    <>
      <FullSwitch
        size="md"
        aria-label={t('destinations.stateOf', { name })}
        checked={enabled}
        disabled={!may('destinations:edit') || change.isPending}
        onChange={() => (enabled ? setAsking(true) : change.mutate(true))}
      />
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('destinations.offTitle', { name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack>
          <Text>{t('destinations.offText')}</Text>
          {health.waiting === 0 ? null : (
            <Text size="sm" c="dimmed">
              {t('destinations.offWaiting', { count: health.waiting })}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button
              color="red"
              onClick={() => {
                setAsking(false);
                change.mutate(false);
              }}
            >
              {t('destinations.switchOff')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

export function useSwitch({ id, name, version }: Destination) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  return useMutation({
    mutationFn: (enabled: boolean) => updateDestination(id, { version, enabled }),
    onSuccess: ({ enabled }) =>
      tellDone(t(enabled ? 'destinations.switchedOn' : 'destinations.switchedOff', { name })),
    onError: (error) => tellFailed(words(error)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['destinations'] }),
        client.invalidateQueries({ queryKey: ['destination', id] }),
      ]),
  });
}
