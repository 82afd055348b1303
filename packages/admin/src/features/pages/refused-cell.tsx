import type { Page } from '@chatgate/contract';
import { Button } from '@mantine/core';
import { type Icon, IconAlertCircle, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import type { Change } from './changes.ts';
import classes from './pages.module.css';
import { refusalWords } from './refusal-words.ts';
import type { ChangeActs } from './use-changes.ts';

interface RefusedProps {
  readonly page: Page;
  readonly change: Change;
  readonly acts: ChangeActs;
}

/**
 * In place of a Page's health while its switch is refused: one thing is said, and one is to be
 * decided, before anything else about this Page matters.
 */
export function RefusedCell(props: RefusedProps) {
  const { error } = props.change;
  const isMeddled = error?.code === 'conflict' && error.changedBy !== undefined;
  return isMeddled ? <SwitchedByOther {...props} /> : <Refused {...props} />;
}

function Refused({ page, change, acts }: RefusedProps) {
  const { t } = useTranslation();
  return (
    <Sentence picture={IconAlertCircle} words={refusalWords(t, change.error)}>
      <RowButton
        words={t('common.tryAgain')}
        page={page}
        isMain={true}
        onClick={() => acts.retry(change, page)}
      />
      <MetaDetails problem={change.error?.problem} of={page.name} />
    </Sentence>
  );
}

/** Somebody else turned this switch meanwhile: theirs stays, or ours is applied after all. */
function SwitchedByOther({ page, change, acts }: RefusedProps) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const { changedBy: person = '', changedAt } = change.error ?? {};
  const when = changedAt === undefined ? '–' : time(changedAt);
  const words = change.receiving
    ? t('pages.switchedOffBy', { person, when })
    : t('pages.switchedOnBy', { person, when });
  return (
    <Sentence picture={IconUsers} words={words}>
      <RowButton
        words={t('pages.keep')}
        page={page}
        isMain={true}
        onClick={() => acts.keep(page.id)}
      />
      <RowButton
        words={t(change.receiving ? 'pages.onAnyway' : 'pages.offAnyway')}
        page={page}
        isMain={false}
        onClick={() => acts.retry(change, page)}
      />
    </Sentence>
  );
}

function Sentence(props: {
  readonly picture: Icon;
  readonly words: string;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const Picture = props.picture;
  return (
    <div className={classes.health}>
      <span className={classes.picture} data-state="refused" aria-hidden="true">
        <Picture size={18} stroke={1.8} />
      </span>
      <div className={classes.shrink}>
        <div role="alert">
          <div className={classes.state} data-state="refused">
            {t('pages.notSaved')}
          </div>
          <div className={classes.sentence}>{props.words}</div>
        </div>
        <div className={classes.actions}>{props.children}</div>
      </div>
    </div>
  );
}

function RowButton(props: {
  readonly words: string;
  readonly page: Page;
  readonly isMain: boolean;
  readonly onClick: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-xs"
      variant={props.isMain ? 'light' : 'default'}
      aria-label={t('health.actionFor', { action: props.words, name: props.page.name })}
      onClick={props.onClick}
    >
      {props.words}
    </Button>
  );
}
