import type { PagesState } from './pages-state.ts';
import { CORE, fault, isRemoved, logsInAgain, refresh, setFields } from './pages-states-steps.ts';
import { APP, MARCUS, OLENA, PAGES } from './pages-tab.ts';
import { closeByOk } from './stage.ts';

const { bakery, books, nova, palm, zatyshok, dental } = PAGES;

/** When nobody’s access works, when the Page left, and what is shown around the registry. */
export const accessStates: readonly PagesState[] = [
  {
    state: 'needs login: the access died (who can)',
    switches: [['people/change-password', { person: OLENA }]],
    steps: refresh,
    path: 'Refresh',
    row: books.name,
    sentence:
      'Facebook no longer accepts the access. Olena Kovalenko can log in again and mend this.',
    action: `Log in again: ${books.name}`,
    details: { name: `Details: ${books.name}`, holds: ['Code 190, subcode 460', 'Trace id'] },
    result: 'the window opens; logged in again, the Page is well',
    press: logsInAgain(books.name),
  },
  {
    state: 'needs login: two-factor authentication',
    switches: [fault('token_death', { subcode: 492, page: nova.id })],
    steps: refresh,
    path: 'Refresh',
    row: nova.name,
    sentence: /^The Page’s business now requires two-factor authentication/,
    action: `Log in again: ${nova.name}`,
    details: { name: `Details: ${nova.name}`, holds: ['Code 190, subcode 492', 'Trace id'] },
    result: 'the window opens; logged in again, the Page is well',
    press: logsInAgain(nova.name),
  },
  {
    state: 'needs login: access withdrawn',
    switches: [fault('token_death', { subcode: 458, person: OLENA })],
    steps: refresh,
    path: 'Refresh',
    row: palm.name,
    sentence:
      'The access was withdrawn at Facebook. Olena Kovalenko can log in again and mend this.',
    action: `Log in again: ${palm.name}`,
    details: { name: `Details: ${palm.name}`, holds: ['Code 190, subcode 458', 'Trace id'] },
    result: 'the window opens; logged in again, the Page is well',
    press: logsInAgain(palm.name),
  },
  {
    state: 'needs login: nobody’s access is left',
    before: async (tab) => {
      const answer = await tab.page.request.get(new URL('/api/v1/gateways', tab.page.url()).href);
      const { items } = await answer.json();
      const deauthorizeUrl = `${items[0].callbackBase}/deauthorize`;
      await tab.press([`apps/${APP}`, { deauthorizeUrl }]);
    },
    switches: [['people/remove-app', { person: OLENA, appId: APP }]],
    path: 'Meta calls the deauthorize address; nothing is pressed',
    row: palm.name,
    sentence: 'No account’s access is left for this Page.',
    also: ['No account'],
    action: `Log in again: ${palm.name}`,
    result: 'the window opens; logged in again, the Page is well',
    press: logsInAgain(palm.name),
  },
  {
    state: 'needs repair: merged into another Page',
    switches: [[`pages/${zatyshok.id}`, { mergedInto: bakery.id }]],
    steps: refresh,
    path: 'Refresh',
    row: zatyshok.name,
    sentence: `This Page was merged into Page ${bakery.id} at Facebook. Connect that one instead.`,
    action: `Remove: ${zatyshok.name}`,
    details: { name: `Details: ${zatyshok.name}`, holds: ['Code 21', 'Trace id'] },
    result: 'a dialog says what ends; then the Page leaves the registry',
    press: isRemoved(zatyshok.name),
  },
  {
    state: 'removed, history kept',
    path: 'the same removal',
    sentence: '2 removed Pages, history kept',
    action: '2 removed Pages, history kept',
    result: 'which Page, since when, and the way to its conversations',
    press: async ({ page, row }, action) => {
      await action.click();
      await page.getByText(`${zatyshok.name}, removed`).waitFor();
      await page.getByRole('link', { name: 'Open conversations' }).click();
      await page.getByRole('heading', { name: 'Conversations' }).waitFor();
      await page.goBack();
      await row(bakery.name).waitFor();
    },
  },
  {
    state: 'needs repair: the Page is gone',
    switches: [[`pages/${palm.id}`, { isDeleted: true }]],
    steps: refresh,
    path: 'Refresh',
    row: palm.name,
    sentence: 'Facebook no longer finds this Page: it was deleted, or nobody may see it.',
    action: `Remove: ${palm.name}`,
    details: { name: `Details: ${palm.name}`, holds: ['Code 100, subcode 33', 'Trace id'] },
    result: 'a dialog says what ends; then the Page leaves the registry',
    press: isRemoved(palm.name),
  },
  {
    state: 'removed, but Facebook refuses to stop sending',
    switches: [fault('unsubscribe_refused', { pages: [nova.id] })],
    steps: (tab) => isRemoved(nova.name)(tab, tab.button(`Remove ${nova.name}`)),
    path: 'Remove, Remove',
    sentence: `Facebook may keep sending events for ${nova.name}; they are ignored and counted.`,
    action: `Details: ${nova.name}`,
    result: 'what Facebook said; Chatgate tries again by itself for a day',
    press: async (tab, action) => {
      await action.click();
      await tab.page.getByText('Trace id').waitFor();
      await tab.clearFaults();
    },
  },
  {
    state: 'events of a Page that nobody connected',
    switches: [
      setFields(dental.id, CORE),
      ['customers/send', { pageId: dental.id, customerId: 'c1', kind: 'text', text: 'Hello?' }],
    ],
    path: 'nothing is pressed',
    sentence: '1 Page that nobody connected sends events. They are kept until it is connected.',
    action: 'Which Pages?',
    result: 'which Page, how many events, the last when',
    press: async ({ page }, action) => {
      await action.click();
      await page.getByText(`Page ${dental.id}: 1 event`).waitFor();
    },
  },
  {
    state: 'kept thanks to another account',
    before: async (tab) => {
      await tab.connect({ person: MARCUS, pages: [bakery.id] });
    },
    steps: async (tab) => {
      const opened = await tab.windowBy(tab.button('Add or Remove Pages'));
      await tab.pass(opened, { person: OLENA, pages: [books.id] });
      await closeByOk(opened.window);
      await tab.button('Show the whole result').click();
    },
    path: `log in as ${MARCUS} with the Page, then as ${OLENA} without it, OK, Show the whole result`,
    sentence: `${bakery.name} stays, because Marcus Webb also connected it.`,
    action: 'Remove it for everyone',
    result: 'the Page leaves the registry',
    press: async (tab, action) => {
      await action.click();
      await tab.row(bakery.name).waitFor({ state: 'detached' });
      await tab.button('Dismiss').click();
    },
  },
  {
    state: 'no Page matches the search',
    steps: async ({ page }) => page.getByRole('searchbox', { name: 'Search Pages' }).fill('zebra'),
    path: 'type “zebra” into Search Pages',
    sentence: 'No Page matches.',
    action: 'Show all Pages',
    result: 'the search is empty and all Pages are shown',
    press: async ({ row }, action) => {
      await action.click();
      await row(books.name).waitFor();
    },
  },
  {
    state: 'gateway off',
    steps: async ({ page }) => {
      await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').click();
      await page.getByRole('switch', { name: 'State of Shop' }).click({ force: true });
      await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
      await page.getByRole('link', { name: 'Shop', exact: true }).click();
      await page.getByRole('tab', { name: 'Facebook pages' }).click();
    },
    path: 'the switch State of the gateway',
    sentence: 'This gateway is off. Messages that arrive now will not be shown.',
    action: 'Switch on',
    result: 'the gateway is on, and the notice goes',
    press: async ({ page }, action) => {
      await action.click();
      await page.getByText('This gateway is off.').waitFor({ state: 'detached' });
    },
  },
];
