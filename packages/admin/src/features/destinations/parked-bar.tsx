import { Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { skipParked } from './api/deliveries.ts';
import { useRereadLog, useRetry } from './use-delivery-actions.ts';

/** What was given up, with *Retry* and *Skip* for all of it. */
export function ParkedBar({ destinationId, count }: { destinationId: string; count: number }) {
  const { t } = useTranslation();
  const may = useMay();
  const reread = useRereadLog(destinationId);
  const { all } = useRetry(destinationId);
  const [question, setQuestion] = useState<Question>();
  const ask = () =>
    setQuestion({
      title: t('deliveries.skipAllTitle', { count }),
      text: t('deliveries.skipAllText'),
      action: t('deliveries.skipAll'),
      done: t('deliveries.skippedAll', { count }),
      danger: true,
      run: async () => {
        await skipParked(destinationId);
        await reread();
      },
    });
  return (
    <NoticeBox tone="warn" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
      <Group justify="space-between" gap="sm">
        <span>{t('deliveries.parkedCount', { count })}</span>
        {may('destinations:edit') ? (
          <Group gap="xs">
            <Button size="xs" loading={all.isPending} onClick={() => all.mutate()}>
              {t('deliveries.retryAll')}
            </Button>
            <Button size="xs" variant="default" onClick={ask}>
              {t('deliveries.skipAll')}
            </Button>
          </Group>
        ) : null}
      </Group>
      <ConfirmDialog question={question} stale={[]} onClose={() => setQuestion(undefined)} />
    </NoticeBox>
  );
}
