import type { Diagnosis, Page } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconQuestionMark, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat } from '../../shared/format.ts';
import { tellFailed } from '../../shared/notice.ts';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { checkPage, diagnosisQuery } from './api/diagnosis.ts';
import classes from './diagnosis.module.css';
import { diagnosisSentence, linkWords } from './diagnosis-words.ts';

type Action = NonNullable<Diagnosis['broken']>['action'];

export interface DiagnosisActions {
  readonly onLogIn: () => void;
  readonly onRepair: (page: Page) => void;
  readonly onSwitchOn: (page: Page) => void;
  readonly onRemove: (page: Page) => void;
  readonly mayChange: boolean;
}

interface Props extends DiagnosisActions {
  readonly gatewayId: string;
  readonly page: Page | undefined;
  readonly onClose: () => void;
}

/** *Why do no messages arrive?*: the way of a message, the first broken link, and one button. */
export function DiagnosisDialog(props: Props) {
  const { t } = useTranslation();
  const { page } = props;
  return (
    <Modal
      opened={page !== undefined}
      onClose={props.onClose}
      title={t('diagnosis.title', { name: page?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {page === undefined ? null : <Checks {...props} page={page} />}
    </Modal>
  );
}

function Checks(props: Props & { readonly page: Page }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const client = useQueryClient();
  const words = useErrorWords();
  const { gatewayId, page } = props;
  const query = diagnosisQuery(gatewayId, page.id);
  const { data, error, refetch } = useQuery(query);
  const check = useMutation({
    mutationFn: () => checkPage(gatewayId, page.id),
    onSuccess: (diagnosis) => client.setQueryData(query.queryKey, diagnosis),
    onError: (failure) => tellFailed(words(failure)),
  });
  if (error !== null && data === undefined) {
    return <FailedPanel error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) return <LoadingRows rows={6} height={28} />;
  const { broken, checkedAt } = data;
  return (
    <Stack gap="sm">
      <Text fw={550} role="status">
        {diagnosisSentence(t, data)}
      </Text>
      {broken?.words === undefined ? null : (
        <Text size="sm" c="dimmed">
          {t('common.metaSaid')}: {broken.words}
        </Text>
      )}
      <ol className={classes.links}>
        {data.links.map((link) => (
          <li key={link.link} data-state={link.state}>
            <LinkSign state={link.state} />
            <span>{linkWords(t, link)}</span>
            {link.at === null ? null : (
              <Text size="xs" c="dimmed" component="span">
                {ago(link.at, Math.max(link.at, Date.now()))}
              </Text>
            )}
          </li>
        ))}
      </ol>
      <Text size="xs" c="dimmed">
        {checkedAt === null
          ? t('diagnosis.neverChecked')
          : t('diagnosis.checkedAt', { when: ago(checkedAt, Math.max(checkedAt, Date.now())) })}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('diagnosis.check')}
        </Button>
        {broken === null ? null : <Mend {...props} action={broken.action} />}
      </Group>
    </Stack>
  );
}

const SIGNS: Record<Diagnosis['links'][number]['state'], ReactNode> = {
  ok: <IconCheck size={16} aria-hidden="true" />,
  broken: <IconX size={16} aria-hidden="true" />,
  unknown: <IconQuestionMark size={16} aria-hidden="true" />,
  not_reached: <IconCircleDashed size={16} aria-hidden="true" />,
};

function LinkSign({ state }: { state: Diagnosis['links'][number]['state'] }) {
  return <span className={classes.linkSign}>{SIGNS[state]}</span>;
}

/** The one button: it leads to where the broken link is mended. */
function Mend(props: Props & { readonly page: Page; readonly action: Action }) {
  const { t } = useTranslation();
  const { action, page, gatewayId, onClose } = props;
  const words = t(`diagnosis.action_${action}`);
  switch (action) {
    case 'switch_gateway_on':
      return (
        <Button component={Link} to="/gateways">
          {words}
        </Button>
      );
    case 'register_webhook':
      return (
        <Button component={Link} to={`/gateways/${gatewayId}`}>
          {words}
        </Button>
      );
    case 'open_page':
      return page.link === null ? null : (
        <Button component="a" href={page.link} target="_blank" rel="noreferrer">
          {words}
        </Button>
      );
    default: {
      const acts = {
        log_in: props.onLogIn,
        repair: () => props.onRepair(page),
        switch_on: () => props.onSwitchOn(page),
        remove: () => props.onRemove(page),
        check: () => {},
      };
      const press = () => {
        onClose();
        acts[action]();
      };
      return props.mayChange ? <Button onClick={press}>{words}</Button> : null;
    }
  }
}
