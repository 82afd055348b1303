import type { Role } from '@chatgate/contract';
import type { TFunction } from 'i18next';

/** A section of the permission table; one that this version does not know is shown as it is. */
export function sectionWords(t: TFunction, section: string): string {
  switch (section) {
    case 'admin':
    case 'gateways':
    case 'conversations':
    case 'destinations':
    case 'users':
    case 'audit':
      return t(`roles.section_${section}`);
    default:
      return section;
  }
}

export function actionWords(t: TFunction, action: string): string {
  switch (action) {
    case 'access':
    case 'read':
    case 'create':
    case 'edit':
    case 'delete':
    case 'reply':
      return t(`roles.action_${action}`);
    default:
      return action;
  }
}

/** Who has a role, in words: people first; nothing for none. */
export function usedByWords(t: TFunction, usedBy: Role['usedBy']): string[] {
  const { people, apiKeys, invitations } = usedBy;
  return [
    people > 0 ? t('roles.people', { count: people }) : '',
    apiKeys > 0 ? t('roles.keys', { count: apiKeys }) : '',
    invitations > 0 ? t('roles.invitations', { count: invitations }) : '',
  ].filter((words) => words !== '');
}
