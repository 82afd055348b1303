import { Button, Group, Modal, Stack } from '@mantine/core';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../notice.ts';
import { FormError } from './form-error.tsx';

export type Question = {
  readonly title: string;
  readonly text: ReactNode;
  readonly action: string;
  readonly done: string;
  /** Absent: it takes nothing away. */
  readonly danger?: boolean;
  readonly run: () => Promise<unknown>;
};

/** Says what will happen, asks, does it, and says why when it was refused. */
export function ConfirmDialog(props: {
  readonly question: Question | undefined;
  /** What has to be read again afterwards. */
  readonly stale: readonly QueryKey[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.question !== undefined}
      onClose={props.onClose}
      title={props.question?.title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {props.question === undefined ? null : (
        <Confirmation question={props.question} stale={props.stale} onClose={props.onClose} />
      )}
    </Modal>
  );
}

function Confirmation(props: {
  readonly question: Question;
  readonly stale: readonly QueryKey[];
  readonly onClose: () => void;
}) {
  const { question, onClose } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const doing = useMutation({
    mutationFn: question.run,
    onSuccess: () => {
      tellDone(question.done);
      onClose();
    },
    onSettled: async () => {
      await Promise.all(props.stale.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
  return (
    <Stack>
      <div>{question.text}</div>
      <FormError error={doing.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          {...(question.danger === true ? { color: 'red' } : {})}
          loading={doing.isPending}
          onClick={() => doing.mutate()}
        >
          {question.action}
        </Button>
      </Group>
    </Stack>
  );
}
