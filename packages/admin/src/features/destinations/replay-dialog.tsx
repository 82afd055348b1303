import type { Destination } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { countReplay, startReplay } from './api/replays.ts';
import { ReplayFields } from './replay-fields.tsx';
import {
  type Counted,
  emptyReplay,
  mayStart,
  planOf,
  type ReplayProblem,
  type ReplayValues,
} from './replay-plan.ts';

/** Sends recorded events again: counts first what it would be, and sends only what was counted. */
export function ReplayDialog(props: {
  readonly destination: Destination;
  /** Undefined: closed. */
  readonly first: Partial<ReplayValues> | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { first } = props;
  return (
    <Modal
      opened={first !== undefined}
      onClose={props.onClose}
      title={t('replay.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
    >
      {first === undefined ? null : <Replay {...props} first={first} />}
    </Modal>
  );
}

function Replay(props: {
  readonly destination: Destination;
  readonly first: Partial<ReplayValues>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id, enabled } = props.destination;
  const [values, setValues] = useState<ReplayValues>({ ...emptyReplay, ...props.first });
  const [problem, setProblem] = useState<ReplayProblem>();
  const count = useMutation({
    mutationFn: async (selection: Counted['selection']): Promise<Counted> => ({
      selection,
      events: (await countReplay(id, selection)).events,
    }),
  });
  const start = useMutation({
    mutationFn: (counted: Counted) => startReplay(id, counted.selection),
    onSuccess: ({ events }) => {
      tellDone(t('replay.started', { count: events }));
      props.onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['destination', id] }),
  });
  const change = (part: Partial<ReplayValues>) => {
    setValues((before) => ({ ...before, ...part }));
    setProblem(undefined);
  };
  const countNow = () => {
    const plan = planOf(values);
    if (plan.kind === 'problem') return setProblem(plan.problem);
    count.mutate(plan.selection);
  };
  const counted = count.data;
  const isReady = mayStart(values, counted);
  const isNothing = counted?.events === 0 && isSame(values, counted);
  return (
    <Stack>
      <Text size="sm">{t('replay.intro')}</Text>
      <ReplayFields values={values} problem={problem} onChange={change} />
      <FormError error={count.error ?? start.error} />
      {enabled ? null : (
        <NoticeBox tone="warn" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
          {t('replay.off')}
        </NoticeBox>
      )}
      <div role="status">
        {isReady || isNothing ? (
          <NoticeBox tone="info" icon={<IconInfoCircle size={18} aria-hidden="true" />}>
            {isReady ? t('replay.counted', { count: counted.events }) : t('replay.countedNone')}
          </NoticeBox>
        ) : null}
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          {t('common.cancel')}
        </Button>
        {isReady ? (
          <Button
            disabled={!enabled}
            loading={start.isPending}
            onClick={() => start.mutate(counted)}
          >
            {t('replay.start', { count: counted.events })}
          </Button>
        ) : (
          <Button loading={count.isPending} onClick={countNow}>
            {t('replay.count')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function isSame(values: ReplayValues, { selection }: Counted): boolean {
  return mayStart(values, { selection, events: 1 });
}
