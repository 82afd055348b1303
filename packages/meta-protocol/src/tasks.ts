/**
 * What a person may do on a Page. `/me/accounts` normally answers in the classic words, also for
 * Pages of the New Pages Experience.
 *
 * https://developers.facebook.com/docs/pages-api/overview#tasks
 */
export const CLASSIC_TASKS = [
  'MANAGE',
  'CREATE_CONTENT',
  'MODERATE',
  'MESSAGING',
  'ADVERTISE',
  'ANALYZE',
] as const;

/** Rarer classic words. */
export const OTHER_TASKS = [
  'CASHIER_ROLE',
  'MANAGE_JOBS',
  'MANAGE_LEADS',
  'MODERATE_COMMUNITY',
  'PAGES_MESSAGING',
  'PAGES_MESSAGING_SUBSCRIPTIONS',
  'READ_PAGE_MAILBOXES',
  'VIEW_MONETIZATION_INSIGHTS',
  'GLOBAL_STRUCTURE_MANAGEMENT',
] as const;

/** Words of the New Pages Experience. */
export const PROFILE_PLUS_TASKS = [
  'PROFILE_PLUS_FULL_CONTROL',
  'PROFILE_PLUS_MANAGE',
  'PROFILE_PLUS_MESSAGING',
  'PROFILE_PLUS_MODERATE',
  'PROFILE_PLUS_CREATE_CONTENT',
  'PROFILE_PLUS_ADVERTISE',
  'PROFILE_PLUS_ANALYZE',
  'PROFILE_PLUS_FACEBOOK_ACCESS',
  'PROFILE_PLUS_REVENUE',
  'PROFILE_PLUS_MANAGE_LEADS',
  'PROFILE_PLUS_MODERATE_DELEGATE_COMMUNITY',
  'PROFILE_PLUS_GLOBAL_STRUCTURE_MANAGEMENT',
] as const;

export type Task =
  | (typeof CLASSIC_TASKS)[number]
  | (typeof OTHER_TASKS)[number]
  | (typeof PROFILE_PLUS_TASKS)[number];
