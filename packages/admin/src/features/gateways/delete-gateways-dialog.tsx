import type { Gateway } from '@chatgate/contract';
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { deleteGateway, deletionQuery } from './api/delete-gateway.ts';

/** Says for each gateway what deleting it ends, and asks. Each is deleted by itself. */
export function DeleteGatewaysDialog(props: {
  readonly gateways: readonly Gateway[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { gateways } = props;
  const deletion = useMutation({
    mutationFn: async () => {
      const endings = await Promise.allSettled(gateways.map(({ id }) => deleteGateway(id)));
      for (const [index, ending] of endings.entries()) {
        const name = gateways[index]?.name ?? '';
        if (ending.status === 'fulfilled') tellDone(t('gateways.deleted', { name }));
        else tellFailed(t('gateways.deleteFailed', { name, words: words(ending.reason) }));
      }
    },
    onSettled: async () => {
      props.onClose();
      await client.invalidateQueries({ queryKey: ['gateways'] });
    },
  });
  return (
    <Modal
      opened={gateways.length > 0}
      onClose={props.onClose}
      title={t('gateways.deleteTitle', { count: Math.max(1, gateways.length) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
    >
      <Stack>
        {gateways.map((gateway) => (
          <WhatEnds key={gateway.id} gateway={gateway} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={deletion.isPending} onClick={() => deletion.mutate()}>
            {t('gateways.deleteNow')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function WhatEnds({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(deletionQuery(gateway.id));
  if (error !== null) return <FailedPanel error={error} />;
  if (data === undefined) return <LoadingRows rows={2} height={22} />;
  const { pages, receiving, grants, conversations, destinations } = data;
  return (
    <div>
      <Text fw={600}>{t('gateways.deleteIntro', { name: gateway.name })}</Text>
      <List size="sm" mt={4} mb={4} withPadding>
        <List.Item>{t('gateways.endsPages', { count: pages, receiving })}</List.Item>
        <List.Item>{t('gateways.endsGrants', { count: grants })}</List.Item>
        <List.Item>{t('gateways.endsWebhook')}</List.Item>
        {destinations > 0 && (
          <List.Item>{t('gateways.endsDestinations', { count: destinations })}</List.Item>
        )}
      </List>
      <Text size="sm" c="dimmed">
        {t('gateways.keepsConversations', { count: conversations })}
      </Text>
    </div>
  );
}
