import type { Destination, TestResult } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { LoadingRows } from '../../shared/ui/screens.tsx';
import { sendTestEvent } from './api/destinations.ts';
import { BodyText, HeaderList, RequestView } from './exchange.tsx';
import { testTip, testWords } from './test-words.ts';

/** *Send test event*: sends one at once and tells the result in words, with all that went and came. */
export function TestDialog(props: {
  readonly destination: Destination;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`${t('testEvent.title')}: ${props.destination.name}`}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
    >
      <Test id={props.destination.id} onClose={props.onClose} />
    </Modal>
  );
}

function Test({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: () => sendTestEvent(id) });
  const { mutate } = test;
  // Opening the dialog is the order to send, once: React may run an effect twice while developing.
  const isSent = useRef(false);
  useEffect(() => {
    if (isSent.current) return;
    isSent.current = true;
    mutate();
  }, [mutate]);
  return (
    <Stack>
      {test.isPending ? (
        <>
          <Text role="status">{t('testEvent.sending')}</Text>
          <LoadingRows rows={2} height={28} />
        </>
      ) : null}
      <FormError error={test.error} />
      {test.data === undefined || test.isPending ? null : <Result result={test.data} />}
      <Group justify="flex-end">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          {t('testEvent.again')}
        </Button>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}

function Result({ result }: { result: TestResult }) {
  const { t } = useTranslation();
  const { request, attempt } = result;
  const isDelivered = attempt.outcome === 'delivered';
  const tip = testTip(t, attempt);
  return (
    <>
      <NoticeBox
        tone={isDelivered ? 'good' : 'bad'}
        role="alert"
        icon={
          isDelivered ? (
            <IconCircleCheck size={18} aria-hidden="true" />
          ) : (
            <IconAlertTriangle size={18} aria-hidden="true" />
          )
        }
      >
        <Text size="sm">{testWords(t, attempt)}</Text>
        {tip === undefined ? null : (
          <Text size="sm" mt={4}>
            {tip}
          </Text>
        )}
      </NoticeBox>
      {attempt.status === null ? null : (
        <Disclosure label={t('testEvent.response')}>
          <Stack gap="xs">
            <HeaderList headers={attempt.responseHeaders} />
            <BodyText body={attempt.responseBody} label={t('testEvent.response')} />
          </Stack>
        </Disclosure>
      )}
      <Disclosure label={t('testEvent.request')}>
        <RequestView {...request} label={t('testEvent.request')} />
      </Disclosure>
    </>
  );
}
