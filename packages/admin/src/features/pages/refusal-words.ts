import type { TFunction } from 'i18next';
import type { Change } from './changes.ts';

/** Why one row was refused, in plain words; Meta's code stands behind *Details*. */
export function refusalWords(t: TFunction, error: Change['error']): string {
  switch (error?.code) {
    case 'conflict':
      return error.changedBy === undefined
        ? t('pages.rowChanged')
        : t('pages.rowChangedBy', { person: error.changedBy });
    case 'meta_refused':
      return t('pages.rowRefused', { words: error.problem?.message ?? error.message });
    case 'needs_login':
      return t('pages.rowNeedsLogin');
    case 'meta_unreachable':
      return t('pages.rowUnreachable');
    case 'not_found':
      return t('pages.rowGone');
    default:
      return t('pages.rowFailed', { words: error?.message ?? '–' });
  }
}
