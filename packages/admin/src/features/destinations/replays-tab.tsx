import { IconRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { DataTable } from '../../shared/ui/data-table.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { replaysQuery } from './api/replays.ts';
import classes from './log.module.css';

/** The newest replays, and how far each has come. */
export function ReplaysTab({
  destinationId,
  action,
}: {
  destinationId: string;
  action: ReactNode;
}) {
  const { t } = useTranslation();
  const { exact, number } = useFormat();
  const { data, error, refetch } = useQuery(replaysQuery(destinationId));
  if (data === undefined) {
    return error === null ? (
      <LoadingRows rows={3} />
    ) : (
      <FailedPanel error={error} retry={() => void refetch()} />
    );
  }
  if (data.items.length === 0) {
    return (
      <EmptyPanel
        picture={<IconRepeat size={32} stroke={1.5} />}
        title={t('replay.listEmpty')}
        action={action}
      >
        {t('replay.intro')}
      </EmptyPanel>
    );
  }
  return (
    <DataTable
      columns={[t('replay.startedAt'), t('replay.by'), t('replay.progress'), t('deliveries.state')]}
      align="top"
    >
      {data.items.map((replay) => (
        <tr key={replay.id}>
          <td className={classes.when}>
            <time dateTime={new Date(replay.startedAt).toISOString()}>
              {exact(replay.startedAt)}
            </time>
          </td>
          <td>
            <bdi>{replay.startedBy}</bdi>
          </td>
          <td>
            {t('replay.progressOf', {
              queued: number(replay.queued),
              events: number(replay.events),
            })}
          </td>
          <td>{t(`replay.${replay.state}`)}</td>
        </tr>
      ))}
    </DataTable>
  );
}
