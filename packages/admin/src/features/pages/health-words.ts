import type { Page } from '@chatgate/contract';
import type { TFunction } from 'i18next';

const REASONS = [
  'token_dead',
  'no_grant',
  'two_factor_required',
  'access_withdrawn',
  'refused',
  'not_confirmed',
  'not_subscribed',
  'fields_missing',
  'still_subscribed',
  'check_failed',
  'unpublished',
  'page_gone',
  'page_merged',
] as const;

/** The sentence under a Page's state. `since` is "3 minutes ago" of its last event. */
export function healthSentence(t: TFunction, page: Page, since: string | undefined): string {
  const { state, who, reason } = page.health;
  if (state === 'live') {
    return since === undefined ? t('health.liveNever') : t('health.liveText', { when: since });
  }
  const known = REASONS.find((one) => one === reason);
  const sentence = known === undefined ? t(`health.${state}Text`) : t(`reasons.${known}`);
  if (reason === 'page_merged' && who !== undefined)
    return t('reasons.page_mergedInto', { id: who });
  if (state === 'needs_login' && who !== undefined) {
    return `${sentence} ${t('health.needs_loginWho', { who })}`;
  }
  return sentence;
}

/** That Chatgate mends it by itself, and when it tries next. */
export function repairSentence(t: TFunction, page: Page, now: number): string {
  const { repair } = page.health;
  if (repair === undefined) return '';
  const waitMs = (repair.nextAt ?? now) - now;
  if (repair.attempts === 0 || waitMs <= 0) return t('health.repairing');
  return t('health.repairAgain', { count: Math.ceil(waitMs / 60_000) });
}

/** The one thing to press, where the server names one. */
export function actionWords(t: TFunction, action: NonNullable<Page['health']['action']>): string {
  switch (action) {
    case 'log_in':
      return t('health.logIn');
    case 'repair':
      return t('health.repair');
    case 'refresh':
      return t('health.refresh');
    case 'switch_on':
      return t('health.switchOn');
    case 'open_page':
      return t('health.openPage');
    case 'open_conversation':
      return t('health.openConversation');
    case 'remove':
      return t('pages.removeNow');
  }
}
