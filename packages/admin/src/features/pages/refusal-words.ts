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
      return metaRefusal(t, error.problem?.code);
    case 'needs_login':
      return t('pages.rowNeedsLogin');
    case 'meta_unreachable':
      return t('pages.rowUnreachable');
    case 'not_found':
      return t('pages.rowGone');
    default:
      return error?.message ?? t('pages.rowFailed');
  }
}

/** Meta's codes in plain words; its own sentence and the trace id stand behind *Details*. */
function metaRefusal(t: TFunction, code: number | undefined): string {
  switch (code) {
    case 3:
    case 10:
    case 200:
      return t('pages.refusedPermission');
    case 102:
    case 190:
      return t('pages.refusedAccess');
    case 4:
    case 17:
    case 32:
    case 613:
    case 80001:
      return t('pages.refusedLimit');
    case 1:
    case 2:
    case 1200:
      return t('pages.refusedForNow');
    default:
      return t('pages.refusedPlain');
  }
}
