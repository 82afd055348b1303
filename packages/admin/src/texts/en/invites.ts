/** For the people who invite. */
export const invites = {
  button: 'Invite a Page administrator',
  title: 'Invite a Page administrator',
  intro:
    'Somebody who administers a Facebook Page but has no account here connects it by a link: to this gateway, and nothing else. They see only their own Pages.',
  note: 'Who is it for?',
  noteHint: 'Only people of this gateway see it.',
  days: 'Valid for',
  daysOption_one: '{{count, number}} day',
  daysOption_other: '{{count, number}} days',
  create: 'Make the link',
  ready: 'The link for {{note}} is ready. It is shown only now.',
  send: 'Send it to that person only: the first browser that connects a Page by it uses it up.',
  link: 'Link',
  copyLink: 'Copy the link',
  another: 'Make another one',
  listTitle: 'Invites',
  empty: 'No invite yet.',
  open: 'Open until {{when}}',
  seen: 'opened {{when}}',
  used_one: 'Used by {{name}} on {{when}}, {{count, number}} Page connected',
  used_other: 'Used by {{name}} on {{when}}, {{count, number}} Pages connected',
  expired: 'Expired {{when}}',
  revoked: 'Revoked by {{name}} on {{when}}',
  stopped: 'Does not work: {{name}} may not connect Pages any more',
  created: 'Made by {{name}} on {{when}}',
  revoke: 'Revoke',
  revokeThis: 'Revoke the invite for {{note}}',
  revokeAsk: 'Revoke the invite for {{note}}? The link stops working at once.',
  revokeUsed: 'Pages that were connected by it stay; remove them on their rows.',
  keep: 'Keep it',
  loadMore: 'Show more',
};

/** For the people who are invited. */
export const invited = {
  title: 'Connect your Facebook Pages to {{gateway}}',
  asks: '{{name}} asks you to connect the Facebook Pages you administer, so that messages people write to them arrive at {{gateway}}. You need no account here.',
  howTitle: 'How it goes',
  stepLogIn: 'Log in to Facebook as an administrator of the Page. The Page must already exist.',
  stepEdit: 'If Facebook says you did this before, press “Edit settings”.',
  stepTick:
    'Tick every Page that shall be connected, and leave the permissions on. A Page you un-tick loses the access you gave before.',
  stepDone: 'Afterwards you see here which Pages were connected.',
  whyTitle: 'What Facebook will ask you to allow',
  nothingElse:
    'Nothing is posted in your name, and your private messages are not read. You can take everything back at any time: at Facebook under Settings › Business integrations.',
  go: 'Continue with Facebook',
  until: 'This link works until {{when}}, for one person.',
  earlier: 'See what you connected before',
  loading: 'Reading the link…',
  usedTitle: 'This link was used already',
  usedText:
    'Somebody connected Pages with it, perhaps you in another browser. If Pages are missing, ask the person who sent it for a new link.',
  expiredTitle: 'This link has expired',
  expiredText: 'Ask the person who sent it for a new one.',
  revokedTitle: 'This link was withdrawn',
  revokedText:
    'The people who sent it ended it. If you think that is a mistake, ask them for a new one.',
  unknownTitle: 'This link does not work',
  unknownText:
    'It is not complete, or was never valid. Open it exactly as it was sent to you, or ask for a new one.',
  failedTitle: 'The link could not be read',
  again: 'Try again',
  noResultTitle: 'There is no result in this browser',
  noResultText:
    'Results are kept for an hour in the browser that logged in. Open the link that you were sent once more.',
  canClose: 'Everything is done. You can close this page.',
  change: 'Change the Pages',
  thanks: 'People of {{gateway}} see these Pages from now on.',
};

/** Why each permission is asked for, in the words of the people who are asked. */
export const scopes = {
  public_profile: 'Your name and picture, to show who connected a Page.',
  pages_show_list: 'The list of your Pages, so that you can choose among them.',
  pages_messaging: 'Receiving what people write to the chosen Pages, and answering them.',
  pages_manage_metadata: 'Switching on the delivery of messages. No settings are changed.',
  business_management: 'Finding Pages that you hold only through a business portfolio.',
  pages_read_engagement: 'Fetching messages that were missed while delivery was interrupted.',
};
