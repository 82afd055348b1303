import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { openGallery } from './gallery.ts';
import { createTab, OLENA, PAGES, type Tab } from './pages-tab.ts';
import { closeByOk, createGateway, openStage, type Stage, signIn } from './stage.ts';

/**
 * The states of the tab "Facebook pages" that come from around it: a slow network and none, a person
 * who may only look, and a log-in that nobody finished. The server runs by a clock of our own.
 */
const VERA = { email: 'vera@example.test', password: 'a third long password', name: 'Vera' };
const { bakery, books } = PAGES;
const TEN_MINUTES = 10 * 60_000;

const gallery = openGallery('pages-around');
const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
let stage: Stage;
let page: Page;
let tab: Tab;
let viewer: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'pages-around', engine: 'sqlite', clock });
  page = await (await stage.visitor()).newPage();
  tab = createTab({ page, stage });
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
  viewer = await signedInViewer();
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`pages-around-${task.name.slice(0, 60)}`)
    : undefined,
);
afterAll(async () => {
  gallery.close();
  await stage.close();
});

/** By the public routes: the link is in the answer, because no mail server is set up. */
async function signedInViewer(): Promise<Page> {
  const { email, name, password } = VERA;
  const invited = await page.request.post(`${stage.url}/api/v1/invitations`, {
    data: { email, name, role: 'viewer', language: 'en' },
  });
  const { delivery } = await invited.json();
  const token = new URL(delivery.link).hash.replace('#token=', '');
  const context = await stage.visitor();
  await context.request.post(`${stage.url}/api/v1/invitations/accept`, {
    data: { token, name, password },
  });
  await context.request.post(`${stage.url}/api/v1/session`, { data: { email, password } });
  return context.newPage();
}

const openTab = (on: Page) => on.getByRole('tab', { name: 'Facebook pages' }).click();

test('loading: the rows to come are drawn, and assistive technology is told', async () => {
  const answering = Promise.withResolvers<void>();
  const list = /\/api\/v1\/gateways\/[^/]+\/pages\?/;
  await page.route(list, async (route) => {
    await answering.promise;
    await route.continue();
  });
  await openTab(page);
  const loading = page.getByRole('status', { name: 'Loading…' });
  await loading.waitFor();
  await gallery.take({
    page,
    state: 'loading',
    sentence: 'Not refreshed yet',
    primaryAction: 'Add or Remove Pages',
    switchUsed: 'a network that takes its time; the tab Facebook pages',
    result: 'the window opens, as always: it never waits for the list',
  });
  await loading.waitFor();
  answering.resolve();
  await page.getByText('No Page yet.').waitFor();
  await page.unroute(list);
});

test('nothing to see yet, for who may only look: who can connect Pages is said', async () => {
  await viewer.goto(page.url());
  await gallery.take({
    page: viewer,
    state: 'no Page yet, for a viewer',
    sentence: /Somebody with “create” or “edit” in Chat gateways can connect Pages\.$/,
    primaryAction: null,
    switchUsed: 'sign in as a Viewer before any Page is connected',
  });
  expect(await createTab({ page: viewer, stage }).button('Add or Remove Pages').count()).toBe(0);
});

test('the list could not be loaded: it says so, and Try again loads it', async () => {
  await page.getByRole('link', { name: 'Chat gateways' }).first().click();
  await tabOfUnseenGateway();
  await gallery.take({
    page,
    state: 'list failed to load',
    sentence: 'The server does not answer. Check the connection.',
    primaryAction: 'Try again',
    switchUsed: 'a browser without network; the tab Facebook pages',
    result: 'with a network again, the list is there',
  });
  await page.context().setOffline(false);
  await tab.button('Try again').click();
  await page.getByText('No Page yet.').waitFor();
});

/** Opened without network, and without anything kept of an earlier visit. */
async function tabOfUnseenGateway(): Promise<void> {
  await page.reload();
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByLabel('App ID').waitFor();
  await page.context().setOffline(true);
  await openTab(page);
}

test('a log-in that nobody finished within ten minutes has expired, whoever comes back', async () => {
  const opened = await tab.windowBy(tab.button('Add or Remove Pages'));
  clock.ahead += TEN_MINUTES + 1_000;
  await page.getByText('The login took longer than ten minutes and expired.').waitFor();
  await gallery.take({
    page,
    state: 'log-in expired',
    sentence: 'The login took longer than ten minutes and expired. Nothing was changed.',
    primaryAction: 'Try again',
    switchUsed: 'Add or Remove Pages; ten minutes pass at Facebook’s login',
    result: 'a new window opens, and its log-in connects the Pages',
  });
  const answer = await tab.press(['authorize', { url: opened.address, person: OLENA }]);
  await opened.window.goto((answer as { redirect: string }).redirect);
  await opened.window.getByText('The login took longer than ten minutes and expired.').waitFor();
  await opened.window.close();
  await page.getByText('No Page yet.').waitFor();
  const again = await tab.windowBy(tab.button('Try again'));
  await tab.pass(again, { person: OLENA });
  await closeByOk(again.window);
  await tab.row(bakery.name).waitFor();
});

test('who may only look sees every Page, and why the switches do not move', async () => {
  const theirs = createTab({ page: viewer, stage });
  await theirs.row(books.name).waitFor();
  await gallery.take({
    page: viewer,
    state: 'read only',
    sentence: 'Switches are disabled: you lack “create” and “edit” in Chat gateways.',
    primaryAction: 'Refresh',
    switchUsed: 'sign in as a Viewer',
    result: 'Meta is read again: that needs no more than reading',
  });
  expect(await theirs.switchOf(books.name).isDisabled()).toBe(true);
  const reason = viewer.locator('#switches-read-only');
  const described = await theirs.switchOf(books.name).getAttribute('aria-describedby');
  expect(await reason.getAttribute('id')).toBe(described);
  for (const name of [
    'Add or Remove Pages',
    'Find a Page',
    'Save',
    'Cancel',
    /^Remove/,
    /^Turn on/,
  ]) {
    expect(await theirs.button(name).count(), String(name)).toBe(0);
  }
  expect(await viewer.getByRole('checkbox').count()).toBe(0);
  await theirs.row(books.name).getByRole('button', { name: 'Olena Kovalenko' }).click();
  const dialog = viewer.getByRole('dialog', { name: 'Accounts' });
  await dialog.getByText('In use').waitFor();
  expect(await dialog.getByRole('button', { name: /^(Make active|Revoke)/ }).count()).toBe(0);
  await viewer.keyboard.press('Escape');
  await theirs.refresh();
  await viewer.getByText(/^Last refreshed/).waitFor();
});

test('axe finds nothing in any of these states', () => {
  expect(gallery.violations()).toEqual([]);
});
