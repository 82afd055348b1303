import type { InvitedAttempt } from '@chatgate/contract';
import { Button, Loader, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../shared/api/api-error.ts';
import { useErrorWords } from '../../../shared/error-words.ts';
import { headingOf } from '../outcome.ts';
import { OutcomeDetails } from '../outcome-details.tsx';
import { connectByInvite, invitedAttemptQuery } from './api.ts';
import classes from './invited.module.css';
import { InvitedFrame } from './invited-frame.tsx';

/** The last page of an invited person's log-in: their own Pages and nothing else. */
export function InvitedResult({ attemptId }: { attemptId: string }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const query = useQuery({
    ...invitedAttemptQuery(attemptId),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 1000 : false),
    refetchIntervalInBackground: true,
  });
  const { data: attempt, error } = query;
  if (attempt === undefined && error !== null) {
    return error instanceof ApiError && error.code === 'not_found' ? (
      <InvitedFrame title={t('invited.noResultTitle')} text={t('invited.noResultText')} />
    ) : (
      <InvitedFrame
        title={t('invited.failedTitle')}
        text={words(error)}
        foot={
          <Button size="md" loading={query.isFetching} onClick={() => void query.refetch()}>
            {t('invited.again')}
          </Button>
        }
      />
    );
  }
  if (attempt === undefined || attempt.status === 'pending') {
    return (
      <InvitedFrame title={t('outcome.readingTitle')} text={t('outcome.readingText')} busy>
        <Loader size={24} aria-hidden="true" />
      </InvitedFrame>
    );
  }
  return <Ended attempt={attempt} />;
}

function Ended({ attempt }: { attempt: InvitedAttempt }) {
  const { t } = useTranslation();
  const heading = headingOf(attempt);
  const { account, gateway } = attempt;
  const connected = heading !== 'noneTitle';
  return (
    <InvitedFrame
      title={t(`outcome.${heading}`)}
      text={account === null ? undefined : t('outcome.as', { name: account.name })}
      foot={<NextSteps attempt={attempt} />}
    >
      {connected ? <Text>{t('invited.thanks', { gateway })}</Text> : null}
      <OutcomeDetails attempt={attempt} level={2} />
      {connected ? <Text fw={550}>{t('invited.canClose')}</Text> : null}
    </InvitedFrame>
  );
}

/** One main thing to do: nothing where all is well, trying again where nothing was connected. */
function NextSteps({ attempt }: { attempt: InvitedAttempt }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const again = useMutation({
    mutationFn: (reauthenticate: boolean) => connectByInvite({ reauthenticate }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const busy = again.isPending || again.isSuccess;
  const isOver = attempt.error?.code === 'invite_ended' || attempt.error?.code === 'gateway_gone';
  if (isOver) return null;
  const connected = headingOf(attempt) !== 'noneTitle';
  return (
    <>
      <Button
        size="md"
        variant={connected ? 'default' : 'filled'}
        loading={busy}
        onClick={() => again.mutate(false)}
      >
        {t(connected ? 'invited.change' : 'invited.again')}
      </Button>
      {attempt.account === null ? null : (
        <Button size="md" variant="subtle" disabled={busy} onClick={() => again.mutate(true)}>
          {t('outcome.notYou')}
        </Button>
      )}
      {again.error === null ? null : (
        <Text role="alert" className={classes.bad ?? ''}>
          {words(again.error)}
        </Text>
      )}
    </>
  );
}
