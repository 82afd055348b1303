import type { Gateway } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { FullSwitch } from '../../shared/ui/full-switch.tsx';
import { updateGateway } from './api/save-gateway.ts';

/** On and off of a whole gateway; switching off says first what that means. */
export function StateSwitch({ gateway, disabled }: { gateway: Gateway; disabled: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { name } = gateway;
  const change = useChangeState(gateway);
  return (
    <>
      <FullSwitch
        size="md"
        aria-label={t('gateways.stateOf', { name })}
        checked={gateway.enabled}
        disabled={disabled || change.isPending}
        onChange={() => (gateway.enabled ? setAsking(true) : change.mutate(true))}
      />
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('gateways.offTitle', { name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack>
          <Text>{t('gateways.offText')}</Text>
          <Text size="sm" c="dimmed">
            {t('gateways.offMore')}
          </Text>
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
              {t('gateways.switchOff')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

export function useChangeState(gateway: Gateway) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { id, name, version } = gateway;
  return useMutation({
    mutationFn: (enabled: boolean) => updateGateway(id, { version, enabled }),
    onSuccess: (saved) => {
      tellDone(t(saved.enabled ? 'gateways.switchedOn' : 'gateways.switchedOff', { name }));
    },
    onError: (error) => tellFailed(words(error)),
    onSettled: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['gateways'] }),
        client.invalidateQueries({ queryKey: ['gateway', id] }),
      ]);
    },
  });
}
