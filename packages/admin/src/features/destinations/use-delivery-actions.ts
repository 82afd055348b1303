import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { retryDelivery, retryParked } from './api/deliveries.ts';

/** Reads again what a decision about deliveries changes, older pages of the log included. */
export function useRereadLog(destinationId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['destinations'] }),
      client.invalidateQueries({ queryKey: ['destination', destinationId] }),
      // A list that stands still because older pages are shown is not read again by itself.
      ...client
        .getQueryCache()
        .findAll({ queryKey: ['destination', destinationId, 'deliveries'], type: 'active' })
        .map((query) => query.fetch().catch(() => undefined)),
    ]);
  };
}

/** *Retry*, for one and for everything that was given up: it takes nothing away and asks nothing. */
export function useRetry(destinationId: string) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const reread = useRereadLog(destinationId);
  const fails = (error: unknown) => tellFailed(words(error));
  const one = useMutation({
    mutationFn: retryDelivery,
    onSuccess: () => tellDone(t('deliveries.retried')),
    onError: fails,
    onSettled: reread,
  });
  const all = useMutation({
    mutationFn: () => retryParked(destinationId),
    onSuccess: ({ retried }) => tellDone(t('deliveries.retriedAll', { count: retried })),
    onError: fails,
    onSettled: reread,
  });
  return { one, all };
}
