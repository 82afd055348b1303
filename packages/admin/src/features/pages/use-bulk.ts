import type { BulkPlan } from '@chatgate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellFailed } from '../../shared/notice.ts';
import { bulkJobQuery, startBulk } from './api/bulk.ts';

const seen = (gatewayId: string) => `chatgate.bulk.${gatewayId}`;

/**
 * An action on many Pages, followed while it runs, also after a reload and when somebody else started
 * it. Its result stays until it is dismissed, where it was seen running.
 */
export function useBulk(gatewayId: string) {
  const client = useQueryClient();
  const words = useErrorWords();
  const { data: latest } = useQuery(bulkJobQuery(gatewayId, 'latest'));
  const followed = useQuery({
    queryKey: ['bulk', gatewayId, 'followed'],
    queryFn: () => sessionStorage.getItem(seen(gatewayId)) ?? '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const follow = (jobId: string) => {
    sessionStorage.setItem(seen(gatewayId), jobId);
    client.setQueryData(['bulk', gatewayId, 'followed'], jobId);
  };
  const isRunning = latest?.state === 'running';
  const jobId = latest?.id ?? '';
  useEffect(() => {
    if (!isRunning) return;
    sessionStorage.setItem(seen(gatewayId), jobId);
    client.setQueryData(['bulk', gatewayId, 'followed'], jobId);
  }, [isRunning, jobId, gatewayId, client]);
  const state = latest?.state;
  useEffect(() => {
    if (state !== 'done') return;
    void client.invalidateQueries({ queryKey: ['pages', gatewayId] });
    void client.invalidateQueries({ queryKey: ['gateway', gatewayId] });
  }, [state, client, gatewayId]);
  const start = useMutation({
    mutationFn: (plan: BulkPlan) =>
      startBulk(gatewayId, {
        action: plan.action,
        pages: plan.items.map(({ pageId, version }) => ({ pageId, version })),
      }),
    onSuccess: async (started) => {
      follow(started.jobId);
      await client.invalidateQueries({ queryKey: ['bulk', gatewayId, 'job'] });
    },
    onError: (error) => tellFailed(words(error)),
  });
  return {
    job: latest !== undefined && (isRunning || followed.data === latest.id) ? latest : undefined,
    start: start.mutate,
    isStarting: start.isPending,
    dismiss: () => follow(''),
  };
}

export type Bulk = ReturnType<typeof useBulk>;
