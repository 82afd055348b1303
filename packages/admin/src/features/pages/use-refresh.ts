import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellFailed } from '../../shared/notice.ts';
import { refreshJobQuery, startRefresh } from './api/refresh.ts';

const stored = (gatewayId: string) => `chatgate.refresh.${gatewayId}`;

/**
 * *Refresh*: starts the job and follows it, also one that was under way before a reload, or that
 * somebody else started (the live stream then names it).
 */
export function useRefresh(gatewayId: string) {
  const client = useQueryClient();
  const words = useErrorWords();
  const current = useQuery({
    queryKey: ['refresh', gatewayId, 'current'],
    queryFn: () => sessionStorage.getItem(stored(gatewayId)) ?? '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const jobId = current.data ?? '';
  const job = useQuery(refreshJobQuery(gatewayId, jobId));
  const start = useMutation({
    mutationFn: () => startRefresh(gatewayId),
    onSuccess: (started) => {
      sessionStorage.setItem(stored(gatewayId), started.jobId);
      client.setQueryData(['refresh', gatewayId, 'current'], started.jobId);
    },
    onError: (error) => tellFailed(words(error)),
  });
  const state = job.data?.state;
  useEffect(() => {
    if (state === undefined || state === 'running') return;
    sessionStorage.removeItem(stored(gatewayId));
    void client.invalidateQueries({ queryKey: ['pages', gatewayId] });
    void client.invalidateQueries({ queryKey: ['accounts', gatewayId] });
    void client.invalidateQueries({ queryKey: ['gateway', gatewayId] });
  }, [state, client, gatewayId]);
  return { job: job.data, isRunning: start.isPending || state === 'running', start: start.mutate };
}
