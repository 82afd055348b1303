import type { TFunction } from 'i18next';

/** Built-in roles have a name in every language; others have the one somebody gave them. */
export function roleWords(t: TFunction, role: { id: string; name: string }): string {
  switch (role.id) {
    case 'administrator':
    case 'editor':
    case 'viewer':
    case 'agent':
      return t(`roles.${role.id}`);
    default:
      return role.name;
  }
}
