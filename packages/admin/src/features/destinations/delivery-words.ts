import type { Delivery, DeliveryDetails } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import type { Format } from '../../shared/format.ts';
import { problemWords } from './problem-words.ts';

/** What became of a delivery, or what it waits for: the line under its state. */
export function resultWords(
  t: TFunction,
  delivery: Delivery,
  { format, now }: { format: Pick<Format, 'until'>; now: number },
): string {
  const { state, problem, attempts, nextAttemptAt, blocks, lastStatus } = delivery;
  const parts = [
    problem === null ? null : problemWords(t, problem),
    problem === null && lastStatus !== null ? String(lastStatus) : null,
    attempts > 1 || (state !== 'delivered' && attempts > 0)
      ? t('deliveries.tried', { count: attempts })
      : null,
    state === 'waiting' && nextAttemptAt === null ? t('deliveries.behind') : null,
    state === 'waiting' && nextAttemptAt !== null && attempts > 0
      ? t('deliveries.nextTry', { when: format.until(nextAttemptAt, now) })
      : null,
    blocks > 0 ? t('deliveries.blocks', { count: blocks }) : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** How one try ended, in a sentence. */
export function outcomeWords(t: TFunction, attempt: DeliveryDetails['attempts'][number]): string {
  return attempt.outcome === 'delivered'
    ? t('deliveries.outcome_delivered')
    : t('deliveries.outcome_failed', { problem: problemWords(t, attempt.problem) });
}

/** Whether a person can still decide about it. */
export function isOpen({ state }: Pick<Delivery, 'state'>): boolean {
  return state === 'parked' || state === 'waiting';
}
