import type { Diagnosis } from '@chatgate/contract';
import type { TFunction } from 'i18next';

const REASONS = [
  'gateway_off',
  'webhook_failed',
  'webhook_missing',
  'handshake_missing',
  'unpublished',
  'page_gone',
  'page_merged',
  'receiving_off',
  'access_dead',
  'access_dead_receiving',
  'not_subscribed',
  'fields_missing',
  'check_failed',
  'no_event_yet',
] as const;

const knownReason = (reason: string | undefined) => REASONS.find((one) => one === reason);

/** One sentence: the first broken link, or that everything up to the last event is in order. */
export function diagnosisSentence(t: TFunction, { broken, links }: Diagnosis): string {
  if (broken !== null) {
    const reason = knownReason(broken.reason);
    const sentence = reason === undefined ? t('diagnosis.broken') : t(`diagnosis.${reason}`);
    return broken.who === undefined
      ? sentence
      : `${sentence} ${t('health.needs_loginWho', { who: broken.who })}`;
  }
  const doubtful = links.find(({ state }) => state === 'unknown');
  const reason = knownReason(doubtful?.reason);
  return reason === undefined ? t('diagnosis.allOk') : t(`diagnosis.${reason}`);
}

export function linkWords(t: TFunction, { link, state }: Diagnosis['links'][number]): string {
  return `${t(`diagnosis.link_${link}`)}: ${t(`diagnosis.state_${state}`)}`;
}
