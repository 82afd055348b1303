import type { Page } from '../support/browser.ts';
import type { PagesState } from './pages-state.ts';
import { fault } from './pages-states-steps.ts';
import {
  AISHA,
  APP,
  MARCUS,
  NOAH,
  OLENA,
  PAGES,
  type Passing,
  type Switch,
  type Tab,
} from './pages-tab.ts';
import { closeByOk } from './stage.ts';

const ADD = 'Add or Remove Pages';
const { books, bakery, nova, palm, taxi } = PAGES;

/** The log-in by the button, up to *OK*; the tab shows its result. */
const connectAs = (passing: Passing) => async (tab: Tab) => {
  const opened = await tab.windowBy(tab.button(ADD));
  await tab.pass(opened, passing);
  await closeByOk(opened.window);
};

/** The action opens the window at Meta's first screen; it is closed again. */
const opensWindow: PagesState['press'] = async (tab, action) => {
  await tab.clearFaults();
  const { window } = await tab.windowBy(action);
  await window
    .getByRole('button', { name: /^(Log in|Continue as)/ })
    .first()
    .waitFor();
  await giveUp(tab, window);
};
async function giveUp(tab: Tab, window: Page): Promise<void> {
  await window.getByRole('button', { name: 'Cancel' }).click();
  await tab.page.getByText('The login was cancelled at Facebook.').waitFor();
  await window.close();
  await tab.button('Dismiss').click();
}
const OPENS = 'the window opens, at Facebook’s login';

const notConnectable = (
  state: string,
  one: { switches?: readonly Switch[]; passing: Passing; words: readonly RegExp[] },
): PagesState => ({
  state: `not connectable: ${state}`,
  switches: one.switches ?? [],
  steps: connectAs(one.passing),
  path: `${ADD}, log in as ${one.passing.person}, OK`,
  sentence: /^(Some Pages were|No Page was) connected$/,
  also: one.words,
  action: 'Try again',
  result: OPENS,
  press: async (tab, action) => {
    await tab.press([`pages/${palm.id}`, { isPublished: true }]);
    await opensWindow(tab, action);
  },
});

/** From the gateway that is not saved yet to every way in which the log-in window can end. */
export const windowStates: readonly PagesState[] = [
  {
    state: 'no Page yet',
    path: 'Save the gateway, open the tab',
    sentence: 'No Page yet.',
    also: ['Pages must already exist on Facebook and you must administer them.'],
    action: ADD,
    result: OPENS,
    press: opensWindow,
  },
  {
    state: 'window blocked by the browser',
    steps: async ({ page, button }) => {
      await page.evaluate(() => {
        Reflect.set(globalThis, 'openBefore', Reflect.get(globalThis, 'open'));
        Reflect.set(globalThis, 'open', () => null);
      });
      await button(ADD).click();
    },
    path: `a browser that gives no window; ${ADD}`,
    sentence: 'Your browser blocked the Facebook window.',
    also: ['Continue in this tab'],
    action: 'Open it again',
    result: 'once the browser allows it, the window opens',
    press: async (tab, action) => {
      await tab.page.evaluate(() =>
        Reflect.set(globalThis, 'open', Reflect.get(globalThis, 'openBefore')),
      );
      await opensWindow(tab, action);
    },
  },
  {
    state: 'waiting for Facebook',
    steps: async (tab) => void (await tab.windowBy(tab.button(ADD))),
    path: ADD,
    sentence: 'Waiting for Facebook. Finish the login in its window.',
    action: 'Show the window',
    result: 'the window that is open comes to the front; no second one opens',
    press: async ({ page, button }, action) => {
      await action.click();
      const windows = page
        .context()
        .pages()
        .filter((one) => one.url().includes('login-window'));
      if (windows.length !== 1) {
        throw new Error(`${windows.length} windows are open.`);
      }
      await windows[0]?.getByRole('button', { name: 'Cancel' }).click();
      await button('Dismiss').click();
      await windows[0]?.close();
    },
  },
  {
    state: 'window closed by hand',
    steps: async (tab) => {
      const { window } = await tab.windowBy(tab.button(ADD));
      await window.close();
    },
    path: `${ADD}, close the window, wait 5 s`,
    sentence: 'The window seems closed. Nothing was changed.',
    also: ['I am still logging in'],
    action: 'Try again',
    result: OPENS,
    press: opensWindow,
  },
  {
    state: 'cancelled at Facebook',
    steps: async (tab) => {
      const { window } = await tab.windowBy(tab.button(ADD));
      await window.getByRole('button', { name: 'Cancel' }).click();
      await tab.page.getByText('The login was cancelled').waitFor();
      await window.close();
    },
    path: `${ADD}, Cancel in Facebook’s window`,
    sentence: 'The login was cancelled at Facebook. Nothing was changed.',
    action: 'Try again',
    result: OPENS,
    press: opensWindow,
  },
  {
    state: 'login failed at Facebook',
    switches: [fault('code_exchange', { code: 100, subcode: 36007 })],
    steps: connectAs({ person: OLENA }),
    path: `${ADD}, log in as ${OLENA}, OK`,
    sentence: 'Facebook refused to finish the login. Nothing was changed.',
    action: 'Try again',
    details: { name: 'Details', holds: ['Code 100, subcode 36007', 'Trace id'] },
    result: OPENS,
    press: opensWindow,
  },
  {
    state: 'no Page ticked',
    steps: connectAs({ person: NOAH, pages: [] }),
    path: `${ADD}, log in as ${NOAH}, tick nothing, OK`,
    sentence:
      'No Page was ticked at Facebook. Press “Edit settings” there and tick the Pages that shall be connected.',
    action: 'Try again',
    result: OPENS,
    press: opensWindow,
  },
  {
    state: 'permission declined (which)',
    switches: [fault('scopes_partial', { scopes: ['pages_messaging'] })],
    steps: connectAs({ person: MARCUS, pages: [bakery.id] }),
    path: `${ADD}, log in as ${MARCUS}, OK`,
    sentence: 'This permission was declined at Facebook, so nothing was removed: pages_messaging.',
    action: 'Try again',
    result: OPENS,
    press: opensWindow,
  },
  notConnectable('two-factor authentication required', {
    switches: [fault('page_unreadable', { pages: [books.id], as: '415' })],
    passing: { person: OLENA, pages: [books.id] },
    words: [/its business requires two-factor authentication/],
  }),
  notConnectable('no token given', {
    switches: [fault('page_unreadable', { pages: [nova.id], as: 'no_token' })],
    passing: { person: OLENA, pages: [nova.id] },
    words: [/Facebook gave no access to it/],
  }),
  notConnectable('refused by Facebook', {
    switches: [fault('page_unreadable', { pages: [nova.id], as: 'error' })],
    passing: { person: OLENA, pages: [nova.id] },
    words: [/Facebook refused to show it/],
  }),
  notConnectable('may not change settings, cannot reply, unpublished', {
    switches: [[`pages/${palm.id}`, { isPublished: false }]],
    passing: { person: AISHA },
    words: [
      /you may not change this Page’s settings/,
      /it could receive, but not reply/,
      /the Page is not published/,
    ],
  }),
  {
    state: 'list of Pages read incompletely',
    before: async ({ button }) => {
      await button(`Remove ${taxi.name}`).click();
      await button('Remove').click();
    },
    switches: [fault('page_unreadable', { pages: [books.id], as: 'null' })],
    steps: connectAs({ person: OLENA, pages: [bakery.id, books.id] }),
    path: `${ADD}, log in as ${OLENA}, OK`,
    sentence: 'Some Pages were connected',
    action: 'Try again',
    result: `${OPENS}; what was certain is connected, nothing was removed`,
    press: async (tab, action) => {
      await tab.row(bakery.name).waitFor();
      await opensWindow(tab, action);
    },
  },
  {
    state: 'Facebook shows an error and never returns',
    before: async ({ page }) => page.clock.install(),
    switches: [fault('dialog_no_page_list')],
    steps: async ({ page, button }) => {
      const [window] = await Promise.all([page.waitForEvent('popup'), button(ADD).click()]);
      await window
        .getByRole('button', { name: /^(Log in|Continue as)/ })
        .first()
        .waitFor();
      await page.clock.runFor(46_000);
      await button('Facebook shows an error?').click();
    },
    path: `${ADD}, wait 45 s, Facebook shows an error?`,
    sentence: 'From these pages Facebook never comes back here.',
    also: ['No list of Pages appears', /oauth\/callback$/],
    action: 'Facebook shows an error?',
    result: 'what to change at Meta, by the words of its error; pressed again it folds up',
    press: async (tab, action) => {
      await action.click();
      await tab.page.clock.resume();
      await tab.clearFaults();
      const window = tab.page
        .context()
        .pages()
        .find((one) => one.url().includes('login-window'));
      await window?.close();
      await tab.page.reload();
      await tab.press([`apps/${APP}`, { mode: 'live' }]);
      await tab.button(ADD).waitFor();
    },
  },
];
