import type { ConnectAttempt } from '@chatgate/contract';
import { Button, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat } from '../../shared/format.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { removePage } from './api/remove-page.ts';
import classes from './connect.module.css';
import { errorKeyOf, type ShownAttempt, tickedNothing } from './outcome.ts';

/** Of the lists' headings: under the window's own, or under that of the tab. */
type Level = 2 | 3;

/** Everything an attempt brought about, list by list, or the sentence why it brought nothing. */
export function OutcomeDetails(props: {
  /** For *Remove it for everyone*; absent where the person may not. */
  readonly editing?: { readonly gatewayId: string } | undefined;
  readonly attempt: ShownAttempt;
  readonly level: Level;
}) {
  const { t } = useTranslation();
  const { list } = useFormat();
  const { attempt, level } = props;
  const error = errorKeyOf(attempt);
  if (error !== undefined) {
    return (
      <>
        <p className={classes.line}>{t(`connectErrors.${error}`)}</p>
        <MetaDetails problem={attempt.error?.problem} />
      </>
    );
  }
  const { declined, read } = attempt;
  return (
    <div className={classes.lists}>
      {tickedNothing(attempt) ? (
        <p className={classes.line}>
          {t(attempt.removed.length > 0 ? 'outcome.allGone' : 'outcome.noneTicked')}
        </p>
      ) : null}
      {declined.length > 0 ? (
        <p className={classes.line}>
          {t('outcome.declined', { count: declined.length, permissions: list(declined) })}
        </p>
      ) : null}
      <PageList level={level} title={t('outcome.added')} pages={attempt.added}>
        {(page) => (page.alreadyReceiving ? `, ${t('outcome.alreadyReceiving')}` : null)}
      </PageList>
      <PageList level={level} title={t('outcome.kept')} pages={attempt.kept} />
      <PageList level={level} title={t('outcome.removed')} pages={attempt.removed} />
      <KeptByOther {...props} />
      <PageList level={level} title={t('outcome.notConnectable')} pages={attempt.notConnectable}>
        {(page) => (
          <>
            {`: ${reasonWords(t, page, list)}`}
            <MetaDetails problem={page.problem} />
          </>
        )}
      </PageList>
      <Text size="sm" c="dimmed">
        {t(attempt.complete ? 'outcome.readComplete' : 'outcome.readIncomplete', {
          count: read.pages,
          requests: read.requests,
        })}
      </Text>
    </div>
  );
}

function reasonWords(
  t: TFunction,
  page: ConnectAttempt['notConnectable'][number],
  list: (items: readonly string[]) => string,
): string {
  const { reason, permissions } = page;
  if (reason === 'permission_declined' && permissions !== undefined && permissions.length > 0) {
    return t('notConnectable.permission_declined_which', { permissions: list(permissions) });
  }
  return t(`notConnectable.${reason}`);
}

interface PageRef {
  readonly id: string;
  readonly name: string;
}

function PageList<Page extends PageRef>(props: {
  readonly title: string;
  readonly level: Level;
  readonly pages: readonly Page[];
  readonly children?: (page: Page) => ReactNode;
}) {
  const { number } = useFormat();
  const { level } = props;
  if (props.pages.length === 0) return null;
  return (
    <section>
      <Title order={level} className={classes.listTitle ?? ''}>
        {props.title} <span className={classes.count}>{number(props.pages.length)}</span>
      </Title>
      <ul className={classes.list}>
        {props.pages.map((page) => {
          const note = props.children?.(page);
          return (
            <li key={page.id}>
              <strong>{page.name}</strong>
              {note === undefined || note === null ? null : (
                <span className={classes.note}>{note}</span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function KeptByOther(props: {
  readonly editing?: { readonly gatewayId: string } | undefined;
  readonly attempt: ShownAttempt;
  readonly level: Level;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { level } = props;
  const { keptByOther } = props.attempt;
  if (keptByOther.length === 0) return null;
  return (
    <section>
      <Title order={level} className={classes.listTitle ?? ''}>
        {t('outcome.keptByOther')}{' '}
        <span className={classes.count}>{number(keptByOther.length)}</span>
      </Title>
      <ul className={classes.list}>
        {keptByOther.map((page) => (
          <li key={page.id}>
            <span id={`stays-${page.id}`}>
              {page.other === undefined
                ? t('outcome.staysByAnother', { page: page.name })
                : t('outcome.staysBecause', { page: page.name, other: page.other })}
            </span>{' '}
            {props.editing === undefined ? null : (
              <RemoveForEveryone gatewayId={props.editing.gatewayId} page={page} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function RemoveForEveryone({ gatewayId, page }: { gatewayId: string; page: PageRef }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: () => removePage(gatewayId, page.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['pages', gatewayId] }),
  });
  if (removal.isSuccess) return <span role="status">{t('outcome.removedForEveryone')}</span>;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={removal.isPending}
        aria-describedby={`stays-${page.id}`}
        onClick={() => removal.mutate()}
      >
        {t('outcome.removeForEveryone')}
      </Button>
      {removal.error === null ? null : <span role="alert"> {words(removal.error)}</span>}
    </>
  );
}
