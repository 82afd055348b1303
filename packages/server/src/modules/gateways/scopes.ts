/** Permissions every log-in asks for; two more hang on the tick boxes of the General tab. */
const BASE_SCOPES = [
  'public_profile',
  'pages_show_list',
  'pages_messaging',
  'pages_manage_metadata',
] as const;

/** What a log-in asks for, unless a login configuration says it instead. */
export function requestedScopes(settings: {
  readonly findBusinessPages: boolean;
  readonly importMissedMessages: boolean;
}): string[] {
  return [
    ...BASE_SCOPES,
    ...(settings.findBusinessPages ? ['business_management'] : []),
    ...(settings.importMissedMessages ? ['pages_read_engagement'] : []),
  ];
}
