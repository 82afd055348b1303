import { Button, Group, Loader } from '@mantine/core';
import { IconAppWindow, IconCircleCheck, IconInfoCircle, IconWindowOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { useNow } from '../../shared/format.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { type ConnectState, needsHelp, viewOf } from './attempt-state.ts';
import classes from './connect.module.css';
import { ErrorHelp } from './error-help.tsx';
import { headingOf } from './outcome.ts';
import { OutcomeDetails } from './outcome-details.tsx';
import type { Connect } from './use-connect.ts';

interface NoticeProps {
  readonly connect: Connect;
  readonly callbackBase: string;
  readonly mayEdit: boolean;
}

/** What the tab says about the log-in window, from the click to the result. */
export function ConnectNotice(props: NoticeProps & { readonly gatewayId: string }) {
  const { state } = props.connect;
  return (
    <div role="status" className={classes.notice}>
      <Said {...props} state={state} />
    </div>
  );
}

function Said(props: NoticeProps & { readonly gatewayId: string; readonly state: ConnectState }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { connect, state } = props;
  switch (state.kind) {
    case 'idle':
      return null;
    case 'starting':
      return (
        <NoticeBox tone="info" icon={<Loader size={18} />}>
          {t(state.where === 'tab' ? 'connect.waitingTab' : 'connect.starting')}
        </NoticeBox>
      );
    case 'blocked':
      return <Blocked connect={connect} />;
    case 'failed':
      return (
        <NoticeBox tone="bad">
          {t('connect.startFailed', { words: words(state.error) })}
          <MetaDetails error={state.error} />
          <Group gap="xs" mt="xs">
            <Button size="xs" onClick={connect.openWindow}>
              {t('connect.tryAgain')}
            </Button>
          </Group>
        </NoticeBox>
      );
    case 'waiting':
      return <Waiting {...props} state={state} />;
    case 'ended':
      return <Ended {...props} state={state} />;
  }
}

function Blocked({ connect }: { connect: Connect }) {
  const { t } = useTranslation();
  return (
    <NoticeBox
      tone="warn"
      icon={<IconWindowOff size={18} aria-hidden="true" />}
      title={t('connect.blocked')}
    >
      {t('connect.blockedHint')}
      <Group gap="xs" mt="sm">
        <Button size="xs" onClick={connect.openWindow}>
          {t('connect.openAgain')}
        </Button>
        <Button size="xs" variant="default" onClick={connect.continueInTab}>
          {t('connect.inThisTab')}
        </Button>
      </Group>
    </NoticeBox>
  );
}

function Waiting(props: NoticeProps & { readonly state: ConnectState & { kind: 'waiting' } }) {
  const { t } = useTranslation();
  const now = useNow(500);
  const { connect, state } = props;
  const view = viewOf(state, now);
  if (view === 'reading') {
    return (
      <NoticeBox tone="info" icon={<Loader size={18} />}>
        {t('connect.reading')}
      </NoticeBox>
    );
  }
  return (
    <>
      {view === 'seems_closed' ? (
        <NoticeBox
          tone="warn"
          icon={<IconWindowOff size={18} aria-hidden="true" />}
          title={t('connect.seemsClosed')}
        >
          <Group gap="xs">
            <Button size="xs" onClick={connect.openWindow}>
              {t('connect.tryAgain')}
            </Button>
            <Button size="xs" variant="default" onClick={connect.stillLoggingIn}>
              {t('connect.stillLoggingIn')}
            </Button>
          </Group>
        </NoticeBox>
      ) : (
        <NoticeBox tone="info" icon={<IconAppWindow size={18} aria-hidden="true" />}>
          <Group gap="sm" justify="space-between">
            <span>{t('connect.waiting')}</span>
            {state.closedAt === null ? (
              <Button size="compact-sm" variant="subtle" onClick={connect.showWindow}>
                {t('connect.showWindow')}
              </Button>
            ) : null}
          </Group>
        </NoticeBox>
      )}
      {needsHelp(state, now) ? <ErrorHelp callbackBase={props.callbackBase} /> : null}
    </>
  );
}

function Ended(
  props: NoticeProps & {
    readonly gatewayId: string;
    readonly state: ConnectState & { kind: 'ended' };
  },
) {
  const { t } = useTranslation();
  const { connect } = props;
  const { attempt } = props.state;
  const heading = headingOf(attempt);
  const isWhole = heading === 'allTitle';
  // Where something is amiss, the reason is the news.
  const [whole, setWhole] = useState(!isWhole);
  const succeeded = attempt.status === 'succeeded';
  const counts = {
    added: attempt.added.length,
    kept: attempt.kept.length,
    removed: attempt.removed.length,
  };
  return (
    <NoticeBox
      tone={isWhole ? 'good' : 'warn'}
      icon={
        isWhole ? (
          <IconCircleCheck size={18} aria-hidden="true" />
        ) : (
          <IconInfoCircle size={18} aria-hidden="true" />
        )
      }
      title={t(`outcome.${heading}`)}
      withCloseButton
      closeButtonLabel={t('connect.dismiss')}
      onClose={connect.dismiss}
    >
      {succeeded ? <p className={classes.line}>{t('outcome.summary', counts)}</p> : null}
      {whole || !succeeded ? (
        <OutcomeDetails
          editing={props.mayEdit ? { gatewayId: props.gatewayId } : undefined}
          attempt={attempt}
          level={3}
        />
      ) : null}
      <Group gap="xs" mt="xs">
        {isWhole ? null : (
          <Button size="xs" onClick={connect.openWindow}>
            {t('connect.tryAgain')}
          </Button>
        )}
        {succeeded ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => setWhole(!whole)}
            aria-expanded={whole}
          >
            {t(whole ? 'outcome.hideResult' : 'outcome.showResult')}
          </Button>
        ) : null}
      </Group>
    </NoticeBox>
  );
}
