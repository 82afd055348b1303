import type { HealthState, Page } from '@chatgate/contract';
import { Button } from '@mantine/core';
import {
  type Icon,
  IconBroadcast,
  IconHourglassEmpty,
  IconLogin2,
  IconPlayerPause,
  IconQuestionMark,
  IconTool,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat, useWordsOfNow } from '../../shared/format.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { actionWords, healthSentence, repairSentence } from './health-words.ts';
import classes from './pages.module.css';
import type { ChangeActs } from './use-changes.ts';

const PICTURES: Record<HealthState, Icon> = {
  needs_login: IconLogin2,
  needs_repair: IconTool,
  unknown: IconQuestionMark,
  receiving_off: IconPlayerPause,
  waiting: IconHourglassEmpty,
  live: IconBroadcast,
};

interface HealthProps {
  readonly page: Page;
  readonly acts: ChangeActs;
  readonly mayChange: boolean;
  readonly onLogIn: () => void;
  readonly onRefresh: () => void;
  readonly onRemove: (page: Page) => void;
  readonly onDiagnose: (page: Page) => void;
}

/** A picture, the state, one sentence, and the one thing to do about it. */
export function HealthCell(props: HealthProps) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const { page } = props;
  const { lastEventAt } = page;
  const { state, problem } = page.health;
  const Picture = PICTURES[state];
  const sentence = useWordsOfNow((now) => {
    const since = lastEventAt === null ? undefined : ago(lastEventAt, Math.max(now, lastEventAt));
    return `${healthSentence(t, page, since)} ${repairSentence(t, page, now)}`.trim();
  });
  return (
    <div className={classes.health}>
      <span className={classes.picture} data-state={state} aria-hidden="true">
        <Picture size={18} stroke={1.8} />
      </span>
      <div className={classes.shrink}>
        <div className={classes.state} data-state={state}>
          {t(`health.${state}`)}
        </div>
        <div className={classes.sentence}>{sentence}</div>
        <div className={classes.actions}>
          <HealthButton {...props} />
          {state === 'live' || state === 'receiving_off' ? null : (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={t('diagnosis.openFor', { name: page.name })}
              onClick={() => props.onDiagnose(page)}
            >
              {t('diagnosis.open')}
            </Button>
          )}
          <MetaDetails problem={problem ?? page.receiving.problem} of={page.name} />
        </div>
      </div>
    </div>
  );
}

function HealthButton({ page, acts, mayChange, onLogIn, onRefresh, onRemove }: HealthProps) {
  const { t } = useTranslation();
  const { action } = page.health;
  if (action === undefined) return null;
  const words = actionWords(t, action);
  const look = {
    size: 'compact-xs',
    variant: 'light',
    'aria-label': t('health.actionFor', { action: words, name: page.name }),
  } as const;
  if (action === 'open_page') {
    return page.link === null ? null : (
      <Button {...look} component="a" href={page.link} target="_blank" rel="noreferrer">
        {words}
      </Button>
    );
  }
  if (action === 'open_conversation') {
    const id = page.lastConversationId;
    return (
      <Button
        {...look}
        component={Link}
        to={id === null ? '/conversations' : `/conversations/${id}`}
      >
        {words}
      </Button>
    );
  }
  if (action !== 'refresh' && !mayChange) return null;
  const act = {
    log_in: onLogIn,
    refresh: onRefresh,
    repair: () => acts.repair(page),
    switch_on: () => acts.toggle(page, true),
    remove: () => onRemove(page),
  };
  return (
    <Button {...look} onClick={act[action]}>
      {words}
    </Button>
  );
}
