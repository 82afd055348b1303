import type { BulkJob } from '@chatgate/contract';
import { Button, Group, Progress, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { bulkResultQuery } from './api/bulk.ts';
import classes from './bulk.module.css';
import { asText, outcomeOf } from './bulk-result-text.ts';
import type { Bulk } from './use-bulk.ts';

/** How far an action on many Pages is, and then what came of it. */
export function BulkProgress({ gatewayId, bulk }: { gatewayId: string; bulk: Bulk }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { job } = bulk;
  if (job === undefined) return null;
  const worked = job.done + job.refused;
  const tone = job.state === 'running' ? 'info' : job.refused > 0 ? 'warn' : 'good';
  return (
    <NoticeBox tone={tone} icon={<IconListCheck size={18} aria-hidden="true" />}>
      <Text size="sm" role="status">
        {job.state === 'running'
          ? t(`bulk.running_${job.action}`, { done: number(worked), total: number(job.total) })
          : t(`bulk.done_${job.action}`, { count: job.done, refused: job.refused })}{' '}
        {t('bulk.startedBy', { person: job.startedBy })}
      </Text>
      {job.state === 'running' ? (
        <Progress
          size="sm"
          mt={6}
          value={job.total === 0 ? 100 : (100 * worked) / job.total}
          aria-label={t('bulk.progress')}
        />
      ) : (
        <Group gap="xs" mt={4} align="flex-start">
          <Disclosure label={t('bulk.result')}>
            <Result gatewayId={gatewayId} job={job} />
          </Disclosure>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={bulk.dismiss}>
            {t('bulk.dismiss')}
          </Button>
        </Group>
      )}
    </NoticeBox>
  );
}

function Result({ gatewayId, job }: { gatewayId: string; job: BulkJob }) {
  const { t } = useTranslation();
  const { data } = useQuery(bulkResultQuery(gatewayId, job.id));
  if (data === undefined) return <Text size="sm">{t('common.loading')}</Text>;
  const refused = data.items.filter(({ state }) => state === 'refused');
  return (
    <>
      <CopyIcon value={asText(t, data)} label={t('bulk.copyResult')} />
      <ul className={classes.planned}>
        {[...refused, ...data.items.filter((item) => item.state !== 'refused')]
          .slice(0, SHOWN)
          .map((item) => (
            <li key={item.pageId}>
              {item.name}: {outcomeOf(t, item)}
            </li>
          ))}
      </ul>
    </>
  );
}

/** The first of them; *Copy* has all. */
const SHOWN = 100;
