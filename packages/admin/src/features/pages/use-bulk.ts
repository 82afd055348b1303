import type { BulkPlan } from '@chatgate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellFailed } from '../../shared/notice.ts';
import { latestBulkQuery, startBulk } from './api/bulk.ts';

/**
 * An action on many Pages, followed while it runs, also after a reload and when somebody else started
 * it. Its result stays until it is dismissed, where it was seen running.
 */
export function useBulk(gatewayId: string) {
  const client = useQueryClient();
  const words = useErrorWords();
  const [followed, follow] = useFollowed(gatewayId);
  const latest = useQuery(latestBulkQuery(gatewayId)).data?.latest ?? undefined;
  const { id, state } = latest ?? {};
  useEffect(() => {
    if (state === 'running' && id !== undefined) follow(id);
  }, [state, id, follow]);
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
    job: state === 'running' || followed === id ? latest : undefined,
    start: start.mutate,
    isStarting: start.isPending,
    dismiss: () => follow(''),
  };
}

/** The id of the job whose result this tab of the browser waits for; outlives a reload. */
function useFollowed(gatewayId: string) {
  const client = useQueryClient();
  const stored = `chatgate.bulk.${gatewayId}`;
  const { data } = useQuery({
    queryKey: ['bulk', gatewayId, 'followed'],
    queryFn: () => sessionStorage.getItem(stored) ?? '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const follow = useCallback(
    (jobId: string) => {
      sessionStorage.setItem(stored, jobId);
      client.setQueryData(['bulk', gatewayId, 'followed'], jobId);
    },
    [client, gatewayId, stored],
  );
  return [data, follow] as const;
}

export type Bulk = ReturnType<typeof useBulk>;
