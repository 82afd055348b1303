import { Button, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconZoomQuestion } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { findPage } from './api.ts';
import { FindingBox } from './finding-box.tsx';

/** *Find a Page*: paste an address, learn why the Page is absent and what to press. */
export function FindPageButton(props: {
  readonly gatewayId: string;
  readonly onConnect: () => void;
}) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconZoomQuestion size={17} aria-hidden="true" />}
        onClick={open}
      >
        {t('findPage.button')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('findPage.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <FindPage {...props} onClose={close} />
      </Modal>
    </>
  );
}

function FindPage(props: {
  readonly gatewayId: string;
  readonly onConnect: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const search = useMutation({ mutationFn: (page: string) => findPage(props.gatewayId, page) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    search.mutate(String(new FormData(event.currentTarget).get('page') ?? '').trim());
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('findPage.intro')}
      </Text>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="page"
            label={t('findPage.field')}
            description={t('findPage.fieldHint')}
            required
            maxLength={2000}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
          />
          <Group>
            <Button type="submit" loading={search.isPending}>
              {t('findPage.find')}
            </Button>
          </Group>
        </Stack>
      </form>
      <div role="status">
        {search.isPending ? (
          <Group gap="xs">
            <Loader size={16} aria-hidden="true" />
            <Text size="sm">{t('findPage.searching')}</Text>
          </Group>
        ) : null}
        {search.data === undefined ? null : (
          <FindingBox
            found={search.data}
            gatewayId={props.gatewayId}
            onConnect={() => {
              props.onConnect();
              props.onClose();
            }}
            onAgain={() => search.mutate(search.variables)}
          />
        )}
      </div>
      {search.error === null ? null : (
        <NoticeBox tone="bad" role="alert">
          {words(search.error)}
        </NoticeBox>
      )}
    </Stack>
  );
}
