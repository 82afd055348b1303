/**
 * Permissions a person can grant, as `scope` names them.
 *
 * https://developers.facebook.com/docs/permissions
 */
export const SCOPES = [
  'public_profile',
  'email',
  'pages_show_list',
  'pages_messaging',
  'pages_manage_metadata',
  'pages_read_engagement',
  'pages_manage_engagement',
  'pages_read_user_content',
  'pages_manage_posts',
  'pages_utility_messaging',
  'pages_user_locale',
  'pages_user_timezone',
  'pages_user_gender',
  'business_management',
  'leads_retrieval',
  'instagram_basic',
  'instagram_manage_messages',
  'instagram_manage_comments',
  'whatsapp_business_management',
  'whatsapp_business_messaging',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Answer of `GET /me/permissions`. */
export type PermissionStatus = 'granted' | 'declined' | 'expired';
