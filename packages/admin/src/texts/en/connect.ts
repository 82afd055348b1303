export const connect = {
  button: 'Add or Remove Pages',
  before:
    'You log in to Facebook as an administrator of the Pages. On a return visit press “Edit settings”. Tick all Pages that shall stay: un-ticking one withdraws your access everywhere.',
  otherHost:
    'Chatgate’s address at Facebook is {{public}}, but you are at {{here}}. The Facebook window will come back to {{public}}; open Chatgate there first.',
  opening: 'Opening Facebook…',
  starting: 'Opening the Facebook window…',
  waiting: 'Waiting for Facebook. Finish the login in its window.',
  waitingTab: 'Continuing at Facebook in this tab…',
  reading: 'Back from Facebook. Reading your Pages…',
  blocked: 'Your browser blocked the Facebook window.',
  blockedHint: 'Allow windows for this site, or log in within this tab. Unsaved switches are kept.',
  openAgain: 'Open it again',
  inThisTab: 'Continue in this tab',
  showWindow: 'Show the window',
  seemsClosed: 'The window seems closed. Nothing was changed.',
  stillLoggingIn: 'I am still logging in',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
  startFailed: 'The login could not begin. {{words}}',
  errorHelp: 'Facebook shows an error?',
  helpIntro:
    'From these pages Facebook never comes back here. Close its window, mend the cause, and try again.',
  helpUrl: '“URL blocked”',
  helpUrlText: 'Enter this under Facebook Login › Settings › Valid OAuth redirect URIs:',
  helpActive: '“App not active”',
  helpActiveText:
    'The app is in development mode and your Facebook account has no role on it. Switch the app to Live, or add the account under App roles.',
  helpScopes: '“Invalid Scopes”',
  helpScopesText:
    'A permission is not added to the app. For business_management clear “Find Pages held only through a business portfolio”, for pages_read_engagement clear “Import missed messages” on the tab General, or add the permission at Meta.',
  helpDomains: '“Can’t load URL”',
  helpDomainsText: 'Add {{host}} under App settings › Basic › App domains.',
  helpNoPages: 'No list of Pages appears',
  helpNoPagesText:
    'Facebook remembers your earlier choice. Press “Edit settings” (also called “Edit previous settings” or “Edit access”).',
};

export const outcome = {
  allTitle: 'Pages successfully connected',
  someTitle: 'Some Pages were connected',
  noneTitle: 'No Page was connected',
  readingTitle: 'Reading your Pages…',
  waitingTitle: 'Waiting for Facebook…',
  readingText: 'This takes a few seconds. You may close this window: the result is kept.',
  as: 'Logged in to Facebook as {{name}}',
  systemUser: '{{name}} (system user)',
  notYou: 'Not you? Use another account',
  added: 'Added',
  alreadyReceiving: 'already receiving',
  kept: 'Kept',
  removed: 'Removed',
  keptByOther: 'Kept thanks to another account',
  staysBecause: '{{page}} stays, because {{other}} also connected it.',
  staysByAnother: '{{page}} stays, because somebody else also connected it.',
  removeForEveryone: 'Remove it for everyone',
  removedForEveryone: 'Removed for everyone. Conversations stay.',
  notConnectable: 'Not connectable',
  readComplete_one: 'Read {{count, number}} Page in {{requests, number}} requests, complete',
  readComplete_other: 'Read {{count, number}} Pages in {{requests, number}} requests, complete',
  readIncomplete_one:
    'Read {{count, number}} Page in {{requests, number}} requests, incomplete: something was unreadable, so nothing was removed.',
  readIncomplete_other:
    'Read {{count, number}} Pages in {{requests, number}} requests, incomplete: something was unreadable, so nothing was removed.',
  declined_one:
    'This permission was declined at Facebook, so nothing was removed: {{permissions}}.',
  declined_other:
    'These permissions were declined at Facebook, so nothing was removed: {{permissions}}.',
  noneTicked:
    'No Page was ticked at Facebook. Press “Edit settings” there and tick the Pages that shall be connected.',
  allGone: 'No Page was ticked at Facebook, so this account’s access ended.',
  ok: 'OK',
  newTab: 'The result is also on the tab “Facebook pages”.',
  summary: '{{added, number}} added, {{kept, number}} kept, {{removed, number}} removed',
  showResult: 'Show the whole result',
  hideResult: 'Hide the result',
  nothingChanged: 'Nothing was changed.',
  unavailableTitle: 'The result cannot be shown here',
};

export const connectErrors = {
  cancelled: 'The login was cancelled at Facebook. Nothing was changed.',
  expired: 'The login took longer than ten minutes and expired. Nothing was changed.',
  superseded: 'A newer login replaced this one. Nothing was changed by this one.',
  state_unknown:
    'This answer from Facebook belongs to no login that began here. Nothing was changed.',
  state_used: 'This answer from Facebook was used already. Nothing was changed by the second use.',
  signed_out: 'You were signed out meanwhile. Sign in first. Nothing was changed.',
  browser_differs: 'The login came back in another browser than it began in. Nothing was changed.',
  not_allowed: 'The permission to connect Pages was taken away meanwhile. Nothing was changed.',
  code_refused: 'Facebook refused to finish the login. Nothing was changed.',
  token_exchange_failed:
    'Facebook did not give lasting access, and Chatgate stores no short-lived one. Nothing was changed.',
  token_invalid: 'Facebook says this login’s access is not valid. Nothing was changed.',
  meta_unreachable: 'Facebook did not answer while the Pages were read. Nothing was changed.',
  meta_refused: 'Facebook refused to show the Pages. Nothing was changed.',
  gateway_gone: 'The gateway was deleted or switched off meanwhile. Nothing was changed.',
  invite_ended: 'The link was withdrawn, or used by somebody else, meanwhile. Nothing was changed.',
  interrupted: 'The server was restarted while it read the Pages. Nothing was changed.',
  unknown: 'The login failed. Nothing was changed.',
};

export const notConnectable = {
  two_factor_required:
    'its business requires two-factor authentication. Turn it on in your Facebook account, then connect again.',
  may_not_manage:
    'you may not change this Page’s settings. Ask somebody with full control of it to connect it, or to give you that.',
  cannot_reply:
    'it could receive, but not reply: your account lacks the task Messages. Ask somebody with full control of the Page for it.',
  permission_declined:
    'a permission was declined. Connect again, press “Edit settings” and leave the permissions on.',
  permission_declined_which:
    'declined: {{permissions}}. Connect again, press “Edit settings” and leave the permissions on.',
  unpublished: 'the Page is not published. Publish it at Facebook, then connect again.',
  no_token:
    'Facebook gave no access to it. Connect again and tick it, or let somebody with full control connect it.',
  not_readable: 'Facebook refused to show it. Connect again; if it stays so, see Details.',
};
