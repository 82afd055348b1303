import type { Locator } from '../support/browser.ts';
import type { PagesState } from './pages-state.ts';
import { APP, OLENA, type Switch, type Tab } from './pages-tab.ts';
import { closeByOk } from './stage.ts';

export const CORE = ['messages', 'messaging_postbacks'];

export const fault = (name: string, parameters: object = {}): Switch => [
  'faults',
  { name, ...parameters },
];
export const setFields = (pageId: string, fields: readonly string[]): Switch => [
  `pages/${pageId}/set-fields`,
  { appId: APP, fields },
];
/** Keeps Chatgate's own repair busy, so that the state can be looked at. */
export const slowRepair = fault('graph_delay', { ms: 9_000, path: 'POST /*/subscribed_apps' });
export const slowerRepair = fault('graph_delay', { ms: 9_000, path: '/*/subscribed_apps' });
export const refused = (pageId: string) =>
  fault('subscribed_apps_refused', { code: 200, fields: ['messages'], pages: [pageId] });

export const refresh = (tab: Tab) => tab.refresh();
export const refreshAndHold = async (tab: Tab) => {
  await tab.refresh();
  await tab.press(slowerRepair);
};
const saved = (tab: Tab) => tab.page.getByText('Data saved').first().waitFor();
export const says = (tab: Tab, name: string, words: string) =>
  tab.row(name).getByText(words).first().waitFor();
export const mended =
  (name: string, words: string): PagesState['press'] =>
  async (tab, action) => {
    await tab.clearFaults();
    await action.click();
    await saved(tab);
    await says(tab, name, words);
  };
export const logsInAgain =
  (name: string): PagesState['press'] =>
  async (tab, action) => {
    await tab.clearFaults();
    const opened = await tab.windowBy(action);
    await tab.pass(opened, { person: OLENA });
    await closeByOk(opened.window);
    await tab.row(name).getByText('Needs login').waitFor({ state: 'detached' });
    await tab.button('Dismiss').click();
  };
export const isRemoved =
  (name: string): PagesState['press'] =>
  async (tab, action) => {
    await action.click();
    const dialog = tab.page.getByRole('dialog', { name: `Remove “${name}”?` });
    await dialog.getByText('Conversations stay readable.').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await tab.row(name).waitFor({ state: 'detached' });
  };
export const openHere = async (tab: Tab, action: Locator) => {
  const [opened] = await Promise.all([tab.page.waitForEvent('popup'), action.click()]);
  return opened;
};
