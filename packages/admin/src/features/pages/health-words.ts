import type { Page } from '@chatgate/contract';
import type { TFunction } from 'i18next';

const REASONS = [
  'token_dead',
  'no_grant',
  'two_factor_required',
  'access_withdrawn',
  'refused',
  'not_subscribed',
  'fields_missing',
  'still_subscribed',
  'check_failed',
] as const;

/** The sentence under a Page's state. `since` is "3 minutes ago" of its last event. */
export function healthSentence(t: TFunction, page: Page, since: string | undefined): string {
  const { state, who, reason } = page.health;
  if (state === 'live') {
    return since === undefined ? t('health.liveNever') : t('health.liveText', { when: since });
  }
  const known = REASONS.find((one) => one === reason);
  const sentence = known === undefined ? t(`health.${state}Text`) : t(`reasons.${known}`);
  if (state === 'needs_login' && who !== undefined) {
    return `${sentence} ${t('health.needs_loginWho', { who })}`;
  }
  return sentence;
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
  }
}
