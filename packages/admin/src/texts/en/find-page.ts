export const findPage = {
  button: 'Find a Page',
  title: 'Find a Page',
  intro: 'Is a Page missing? Paste its address or number and learn why.',
  field: 'Address or number of the Page',
  fieldHint: 'For example https://www.facebook.com/your.page, or the Page ID.',
  find: 'Find out why',
  searching: 'Asking Facebook…',
  page: '{{name}} ({{id}})',
  connect: 'Add or Remove Pages',
  openGateway: 'Open {{name}}',
  openGeneral: 'Go to General',
  tryAgain: 'Try again',
  asked: 'Accounts asked with: {{number, number}}',
  somebody: 'the account',
  removedAt: 'It left this gateway {{when}}.',
};

/** One sentence why, by finding. */
export const finding = {
  connected_here: 'It is connected to this gateway already.',
  connected_here_by: 'It is connected to this gateway already, by {{account}}.',
  connected_elsewhere: 'It is connected to another gateway: {{gateway}}.',
  connectable: '{{account}} gave access to it, but it was not connected yet.',
  not_connectable: '{{account}} gave access to it, but: {{reason}}',
  declined: '{{account}} declined at Facebook: {{permissions}}.',
  portfolio:
    '{{account}} holds it only through a business portfolio, and such Pages are not looked for.',
  not_ticked: '{{account}} may administer it, but did not tick it at Facebook.',
  not_visible:
    'Facebook does not show it to us: {{account}} did not tick it, or has no role on it.',
  no_role: '{{account}} gave access to all their Pages, and this is none of them.',
  login_over: 'The access of {{account}} has ended, so Facebook does not answer.',
  unknown: 'Facebook did not answer, so nothing can be said yet.',
  not_found:
    'Facebook shows no Page under this: it does not exist, is not published, or is limited to some countries or ages.',
  no_account: 'Nobody has logged in to Facebook for this gateway yet, so nobody can be asked with.',
  name_unknown: 'Facebook does not tell us which Page has this name.',
  not_an_address: 'This is no address and no number of a Facebook Page.',
};

/** What to do about it. */
export const remedy = {
  connected_here: 'Search for it in the list of Pages.',
  connected_elsewhere: 'Two gateways may hold one Page. To move it, remove it there first.',
  connectable: 'Press “Add or Remove Pages” and log in once more as {{account}}.',
  not_connectable: 'When that is mended, press “Add or Remove Pages” and log in as {{account}}.',
  declined:
    'Press “Add or Remove Pages”, log in as {{account}}, press “Edit settings” at Facebook and leave every permission on.',
  portfolio:
    'On the tab General tick “Find Pages held only through a business portfolio”, then press “Add or Remove Pages”.',
  not_ticked:
    'Press “Add or Remove Pages”, log in as {{account}}, press “Edit settings” at Facebook and tick this Page too.',
  not_visible:
    'Press “Add or Remove Pages”, press “Edit settings” at Facebook and look for this Page. If it is not in that list, somebody with full control of the Page has to connect it.',
  no_role:
    'Somebody with full control of the Page has to connect it, or give {{account}} a role on it. A role given lately counts after “Edit settings”.',
  login_over: 'Press “Add or Remove Pages” and log in as {{account}} again.',
  unknown: 'Wait a moment and try again.',
  not_found: 'Compare the number: at the Page under About › Page transparency.',
  no_account: 'Press “Add or Remove Pages” and tick this Page.',
  name_unknown: 'Paste its number instead: at the Page under About › Page transparency › Page ID.',
  not_an_address: 'Open the Page in Facebook and copy the address from the browser.',
};

/** Beside the button, before anybody logs in. */
export const held = {
  title_one: '{{count, number}} account holds Pages of this gateway',
  title_other: '{{count, number}} accounts hold Pages of this gateway',
  hint: 'Tick these again at Facebook if they shall stay.',
  account_one: '{{name}}: {{count, number}} Page',
  account_other: '{{name}}: {{count, number}} Pages',
  more: 'and {{number, number}} more',
};
