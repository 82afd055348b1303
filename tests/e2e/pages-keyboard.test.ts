import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { createTab, MARCUS, OLENA, PAGES, type Tab } from './pages-tab.ts';
import { closeByOk, createGateway, openStage, type Stage, signIn } from './stage.ts';

/** The tab "Facebook pages" without a mouse: Tab, Shift+Tab, Enter, Space, Escape and arrows only. */
const { bakery, books } = PAGES;
let stage: Stage;
let page: Page;
let tab: Tab;

beforeAll(async () => {
  stage = await openStage({ name: 'pages-keyboard', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  tab = createTab({ page, stage });
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`pages-keyboard-${task.name.slice(0, 60)}`)
    : undefined,
);
afterAll(() => stage.close());

/** Role and accessible name of what has the focus, as assistive technology is told. */
async function focused(on: Page = page): Promise<string> {
  const session = await on.context().newCDPSession(on);
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'document.activeElement',
  });
  const { nodes } = await session.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId ?? '',
    fetchRelatives: false,
  });
  await session.detach();
  const [node] = nodes;
  return `${node?.role?.value} ${node?.name?.value}`;
}

/** Presses Tab until the focus is there; fails where it never comes. */
async function tabTo(target: string, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    const now = await focused();
    if (now === target) {
      return;
    }
    seen.push(now);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never leads to “${target}”; it leads over: ${seen.join(', ')}`);
}

test('the tab is reached, the window opened, and its OK leads back', async () => {
  await tabTo('tab General');
  await page.keyboard.press('ArrowRight');
  await page.getByText('No Page yet.').waitFor();
  await tabTo('button Add or Remove Pages');
  const dialog = page
    .context()
    .waitForEvent('request', (one) => one.url().includes('/dialog/oauth'));
  const popup = page.waitForEvent('popup');
  await page.keyboard.press('Enter');
  const window = await popup;
  await tab.pass({ window, address: (await dialog).url() }, { person: OLENA });
  expect(await focused(window)).toBe('heading Pages successfully connected');
  await window.keyboard.press('Tab');
  while ((await focused(window)) !== 'button OK') {
    await window.keyboard.press('Tab');
  }
  await Promise.all([window.waitForEvent('close'), window.keyboard.press('Enter').catch(() => {})]);
  await tab.row(bakery.name).waitFor();
});

test('a switch is turned by Space and saved by Enter', async () => {
  await tabTo(`switch Webhook subscription for ${bakery.name}`);
  await page.keyboard.press('Space');
  await page.getByText('1 unsaved change').waitFor();
  await tabTo('button Save');
  await page.keyboard.press('Enter');
  await page.getByText('Data saved').first().waitFor();
  expect(await tab.switchOf(bakery.name).isChecked()).toBe(true);
});

test('Accounts opens on its field, holds the focus, and gives it back', async () => {
  const opened = await tab.windowBy(tab.button('Add or Remove Pages'));
  await tab.pass(opened, { person: MARCUS, pages: [bakery.id] });
  await closeByOk(opened.window);
  await tab.row(bakery.name).getByText('+1').waitFor();
  await page.getByRole('searchbox', { name: 'Search Pages' }).focus();
  const opener = /^button (Marcus Webb|Olena Kovalenko) \+1$/;
  while (!opener.test(await focused())) {
    await page.keyboard.press('Tab');
  }
  const from = await focused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Accounts' });
  await dialog.getByText('Olena Kovalenko').first().waitFor();
  await expect.poll(() => focused()).toBe('searchbox Search');
  await page.keyboard.type('olena');
  await dialog.getByText('Marcus Webb').waitFor({ state: 'detached' });
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    const inside = await dialog.evaluate((box) => box.contains(box.ownerDocument.activeElement));
    expect(inside, await focused()).toBe(true);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => focused()).toBe(from);
});

test('Pages are chosen, a dry run is read, and the action is started and its result copied', async () => {
  await page.getByRole('searchbox', { name: 'Search Pages' }).focus();
  await tabTo(`checkbox Select ${books.name}`);
  await page.keyboard.press('Space');
  await page.getByText('1 Page selected').waitFor();
  await tabTo('button Switch on…', 'Shift+Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Switch receiving on?' });
  await dialog.getByText('1 Page will be switched on:').waitFor();
  await tabTo('button Switch 1 Page on');
  await page.keyboard.press('Enter');
  await page.getByText('1 Page switched on, 0 refused.').waitFor();
  await page.getByRole('button', { name: 'Refresh' }).focus();
  await tabTo('button Result');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copy result' }).waitFor();
  await tabTo('button Copy result');
  await page.keyboard.press('Enter');
  const copied = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toBe(`${books.id}\t${books.name}\tdone`);
  await tabTo('button Dismiss');
  await page.keyboard.press('Enter');
});

test('the list is searched and filtered', async () => {
  await page.getByRole('button', { name: 'Refresh' }).focus();
  await tabTo('combobox Filter by state');
  await page.keyboard.type('Waiting');
  await tab.row('مقهى النخيل').waitFor({ state: 'detached' });
  await tab.row(books.name).waitFor();
  await page.keyboard.press('Home');
  await tabTo('searchbox Search Pages', 'Shift+Tab');
  await page.keyboard.type('*bakery');
  await tab.row(books.name).waitFor({ state: 'detached' });
  await tab.row(bakery.name).waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await tab.row(books.name).waitFor();
});

test('Find a Page answers, and Escape leads back to its button', async () => {
  await page.getByRole('button', { name: 'Refresh' }).focus();
  await tabTo('button Find a Page');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused()).toBe('textbox Address or number of the Page');
  await page.keyboard.type(bakery.id);
  await page.keyboard.press('Enter');
  await page.getByText(/connected to this gateway already/).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused()).toBe('button Find a Page');
});

test('the names of the columns and of the controls of a row are exact', async () => {
  const columns = await page.getByRole('columnheader').allTextContents();
  expect(columns).toEqual(['Select', 'ID', 'Name', 'Accounts', 'Webhook subscription', 'Health']);
  const row = tab.row(bakery.name);
  await row.getByRole('button', { name: 'Copy ID', exact: true }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(bakery.id);
  await page.getByRole('heading', { name: 'Facebook pages', exact: true }).waitFor();
});
