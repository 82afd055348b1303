import type { Page } from '@chatgate/contract';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { removePage } from './api/pages.ts';

export function RemovePageDialog(props: {
  readonly gatewayId: string;
  readonly page: Page | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const name = props.page?.name ?? '';
  const removal = useMutation({
    mutationFn: (page: Page) => removePage(props.gatewayId, page.id),
    onSuccess: async (_nothing, page) => {
      tellDone(t('pages.removed', { name: page.name }));
      props.onClose();
      await client.invalidateQueries({ queryKey: ['pages', props.gatewayId] });
      await client.invalidateQueries({ queryKey: ['gateway', props.gatewayId] });
    },
    onError: (error) => tellFailed(words(error)),
  });
  const { page } = props;
  return (
    <Modal
      opened={page !== undefined}
      onClose={props.onClose}
      title={t('pages.removeTitle', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text>{t('pages.removeText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          color="red"
          loading={removal.isPending}
          onClick={() => {
            if (page !== undefined) removal.mutate(page);
          }}
        >
          {t('pages.removeNow')}
        </Button>
      </Group>
    </Modal>
  );
}
