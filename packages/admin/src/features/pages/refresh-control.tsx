import { ActionIcon, Progress, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat, useNow } from '../../shared/format.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import classes from './pages.module.css';
import type { useRefresh } from './use-refresh.ts';

/** The button "Refresh", how far it has come, and when Meta was last read. */
export function RefreshControl(props: {
  readonly refresh: ReturnType<typeof useRefresh>;
  readonly refreshedAt: number | null;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { job, isRunning, start } = props.refresh;
  const known = job !== undefined && job.state === 'running' && job.total > 0;
  return (
    <div className={classes.refresh}>
      <Tooltip label={t('pages.refresh')}>
        <ActionIcon
          variant="default"
          size={34}
          aria-label={t('pages.refresh')}
          aria-disabled={isRunning}
          onClick={() => {
            if (!isRunning) start();
          }}
        >
          <IconRefresh size={18} aria-hidden="true" className={isRunning ? classes.turning : ''} />
        </ActionIcon>
      </Tooltip>
      <div className={classes.refreshText}>
        {isRunning ? (
          <>
            <Text size="sm" role="status">
              {known
                ? t('pages.refreshing', { done: number(job.done), total: number(job.total) })
                : t('pages.refreshStarting')}
            </Text>
            <Progress
              size="xs"
              value={known ? (100 * job.done) / job.total : 100}
              animated={!known}
              aria-label={t('pages.refreshStarting')}
            />
          </>
        ) : (
          <RefreshedAt at={props.refreshedAt} />
        )}
        {job?.state === 'failed' ? (
          <div role="alert">
            <Text size="sm" className={classes.bad ?? ''}>
              {t('pages.refreshFailed', { words: job.problem?.message ?? '–' })}
            </Text>
            <MetaDetails problem={job.problem} of={t('pages.refresh')} />
          </div>
        ) : null}
      </div>
    </div>
  );
}

function RefreshedAt({ at }: { at: number | null }) {
  const { t } = useTranslation();
  const { ago, exact } = useFormat();
  const now = useNow(10_000);
  return (
    <Text size="sm" c="dimmed" {...(at === null ? {} : { title: exact(at) })}>
      {at === null
        ? t('pages.neverRefreshed')
        : t('pages.refreshedAt', { when: ago(at, Math.max(now, at)) })}
    </Text>
  );
}
