const TABS = ['people', 'invitations', 'roles'] as const;
export type UsersTab = (typeof TABS)[number];

export function isUsersTab(value: unknown): value is UsersTab {
  return TABS.some((tab) => tab === value);
}
