import { Button, Group, Loader, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { useDocumentTitle } from '../../shared/ui/page-title.tsx';
import { attemptQuery, startConnect } from './api/connect.ts';
import classes from './connect.module.css';
import { tellOpener } from './log-in-window.ts';
import { headingOf } from './outcome.ts';
import { OutcomeDetails } from './outcome-details.tsx';
import { recallAttempt, rememberAttempt } from './remembered-attempt.ts';

const CLOSE_WAIT_MS = 250;

/** The last page of the log-in window (or of the tab, where the browser gave no window). */
export function ConnectResult(props: {
  readonly gatewayId: string;
  readonly attemptId: string;
  readonly mayEdit: boolean;
  /** Leads to the tab "Facebook pages", where this window cannot close itself. */
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const { gatewayId, attemptId } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const query = useQuery({
    ...attemptQuery(gatewayId, attemptId),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 700 : false),
    refetchIntervalInBackground: true,
  });
  const attempt = query.data;
  const ended = attempt !== undefined && attempt.status !== 'pending';

  // Twice: when Facebook has come back, and when the result stands.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is what is told
  useEffect(() => tellOpener(attemptId), [attemptId, ended]);
  useEffect(() => {
    if (ended) heading.current?.focus();
  }, [ended]);

  const title = useHeading(attempt === undefined ? undefined : headingOf(attempt), {
    ended,
    failed: query.error !== null && attempt === undefined,
  });
  useDocumentTitle(title);
  const ok = () => {
    const inTab = recallAttempt(gatewayId)?.where === 'tab';
    if (inTab) return props.onBack();
    window.close();
    setTimeout(() => {
      if (!window.closed) props.onBack();
    }, CLOSE_WAIT_MS);
  };

  return (
    <main className={classes.window} id="main">
      <div className={classes.sheet}>
        <div className={classes.brand}>
          <BrandMark size={22} />
          {t('common.product')}
        </div>
        <Group gap="sm" wrap="nowrap" align="center">
          {ended || query.error !== null ? null : <Loader size={22} aria-hidden="true" />}
          <Title order={1} tabIndex={-1} ref={heading} data-route-focus>
            {title}
          </Title>
        </Group>
        <Body query={query} gatewayId={gatewayId} mayEdit={props.mayEdit} />
        <div className={classes.windowFoot}>
          {ended || query.error !== null ? <Button onClick={ok}>{t('outcome.ok')}</Button> : null}
          {attempt?.account === null || attempt === undefined ? null : (
            <AnotherAccount gatewayId={gatewayId} />
          )}
        </div>
      </div>
    </main>
  );
}

function useHeading(
  key: 'allTitle' | 'someTitle' | 'noneTitle' | undefined,
  { ended, failed }: { ended: boolean; failed: boolean },
): string {
  const { t } = useTranslation();
  if (failed) return t('outcome.unavailableTitle');
  return ended && key !== undefined ? t(`outcome.${key}`) : t('outcome.readingTitle');
}

function Body(props: {
  readonly query: ReturnType<typeof useQuery<import('@chatgate/contract').ConnectAttempt>>;
  readonly gatewayId: string;
  readonly mayEdit: boolean;
}) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { data: attempt, error } = props.query;
  if (attempt === undefined) {
    return error === null ? null : <p>{words(error)}</p>;
  }
  if (attempt.status === 'pending') return <p>{t('outcome.readingText')}</p>;
  const { account } = attempt;
  return (
    <>
      {account === null ? null : (
        <Text fw={500}>
          {t('outcome.as', {
            name:
              account.kind === 'system_user'
                ? t('outcome.systemUser', { name: account.name })
                : account.name,
          })}
        </Text>
      )}
      <OutcomeDetails
        editing={props.mayEdit ? { gatewayId: props.gatewayId } : undefined}
        attempt={attempt}
        level={2}
      />
    </>
  );
}

/** Begins a new attempt in this very window; Facebook asks for a password again. */
function AnotherAccount({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const again = useMutation({
    mutationFn: () => {
      const sameTab = recallAttempt(gatewayId)?.where === 'tab';
      return startConnect(gatewayId, { reauthenticate: true, ...(sameTab ? { sameTab } : {}) });
    },
    onSuccess: ({ attemptId, url }) => {
      const where = recallAttempt(gatewayId)?.where ?? 'window';
      rememberAttempt(gatewayId, { attemptId, where });
      tellOpener(attemptId);
      window.location.assign(url);
    },
  });
  return (
    <>
      <Button variant="subtle" loading={again.isPending} onClick={() => again.mutate()}>
        {t('outcome.notYou')}
      </Button>
      {again.error === null ? null : <Text role="alert">{words(again.error)}</Text>}
    </>
  );
}
