/**
 * The webhook fields we take in, subscribed at app level here and at each Page by `pages`. One list
 * for both: a Page's subscription delivers only what the app's own subscription has (Meta,
 * "Webhooks for Messenger Platform").
 */

/** Without these there is no receiving. */
export const CORE_FIELDS = ['messages', 'messaging_postbacks'] as const;

/** Taken where Meta gives them. */
export const OPTIONAL_FIELDS = [
  'message_echoes',
  'message_deliveries',
  'message_reads',
  'message_reactions',
  'message_edits',
  'messaging_referrals',
  'messaging_optins',
  'messaging_handovers',
  'standby',
  'messaging_policy_enforcement',
] as const;
