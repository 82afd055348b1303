import type { PageFinding } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import type { Format } from '../../shared/format.ts';
import type { Tone } from '../../shared/ui/notice-box.tsx';

type Told = Pick<PageFinding, 'finding' | 'reason' | 'permissions'> &
  Partial<Pick<PageFinding, 'account' | 'gateway'>>;

/** Why a Page is absent, in one sentence. */
export function findingWords(t: TFunction, told: Told, { list }: Pick<Format, 'list'>): string {
  const account = told.account?.name ?? t('findPage.somebody');
  switch (told.finding) {
    case 'connected_here':
      return told.account
        ? t('finding.connected_here_by', { account })
        : t('finding.connected_here');
    case 'connected_elsewhere':
      return t('finding.connected_elsewhere', { gateway: told.gateway?.name ?? '–' });
    case 'not_connectable':
      return t('finding.not_connectable', {
        account,
        reason: t(`notConnectable.${told.reason ?? 'not_readable'}`),
      });
    case 'declined':
      return t('finding.declined', { account, permissions: list(told.permissions ?? []) });
    case 'unknown':
    case 'not_found':
    case 'no_account':
    case 'name_unknown':
    case 'not_an_address':
      return t(`finding.${told.finding}`);
    default:
      return t(`finding.${told.finding}`, { account });
  }
}

/** What to do about it, in one sentence. */
export function remedyWords(t: TFunction, { finding, account }: Told): string {
  switch (finding) {
    case 'connectable':
    case 'not_connectable':
    case 'declined':
    case 'not_ticked':
    case 'no_role':
    case 'login_over':
      return t(`remedy.${finding}`, { account: account?.name ?? t('findPage.somebody') });
    default:
      return t(`remedy.${finding}`);
  }
}

export type FindingAction = 'connect' | 'gateway' | 'general' | 'again' | 'none';

/** The one thing to press. */
export function actionOf(finding: PageFinding['finding']): FindingAction {
  switch (finding) {
    case 'connected_here':
    case 'not_an_address':
    case 'name_unknown':
    case 'not_found':
      return 'none';
    case 'connected_elsewhere':
      return 'gateway';
    case 'portfolio':
      return 'general';
    case 'unknown':
      return 'again';
    default:
      return 'connect';
  }
}

export function toneOf(finding: PageFinding['finding']): Tone {
  if (finding === 'connected_here') return 'good';
  return finding === 'not_an_address' || finding === 'name_unknown' ? 'info' : 'warn';
}
