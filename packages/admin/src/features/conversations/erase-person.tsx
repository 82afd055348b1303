import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  List,
  Modal,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconUserX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { erasePerson } from './api/conversations.ts';

/** The button in the head of a thread, and the question before it. */
export function ErasePerson({ conversationId, name }: { conversationId: string; name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const [asked, setAsked] = useState(false);
  if (!may('conversations:delete')) return null;
  return (
    <>
      <Tooltip label={t('erasure.open')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          ms="auto"
          aria-label={t('erasure.open')}
          onClick={() => setAsked(true)}
        >
          <IconUserX size={19} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('erasure.title', { name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Question conversationId={conversationId} close={() => setAsked(false)} />
      </Modal>
    </>
  );
}

function Question({ conversationId, close }: { conversationId: string; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const words = useErrorWords();
  const [sure, setSure] = useState(false);
  const erasure = useMutation({
    mutationFn: () => erasePerson(conversationId),
    onSuccess: async () => {
      tellDone(t('erasure.done'));
      await navigate({ to: '/conversations' });
      client.removeQueries({ queryKey: ['messages', conversationId] });
      await client.invalidateQueries({ queryKey: ['conversations'] });
    },
    onError: (error) => tellFailed(words(error)),
  });
  return (
    <Stack>
      <Text>{t('erasure.what')}</Text>
      <List size="sm" spacing={4}>
        <List.Item>{t('erasure.contact')}</List.Item>
        <List.Item>{t('erasure.messages')}</List.Item>
        <List.Item>{t('erasure.raw')}</List.Item>
      </List>
      <Text size="sm" c="dimmed">
        {t('erasure.elsewhere')}
      </Text>
      <Checkbox
        label={t('erasure.sure')}
        checked={sure}
        onChange={(event) => setSure(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('common.cancel')}
        </Button>
        <Button
          color="red"
          disabled={!sure}
          loading={erasure.isPending}
          onClick={() => erasure.mutate()}
        >
          {t('erasure.now')}
        </Button>
      </Group>
    </Stack>
  );
}
