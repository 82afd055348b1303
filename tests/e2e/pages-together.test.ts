import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Page, violationsOf } from '../support/browser.ts';
import { ADMIN } from '../support/server-process.ts';
import { openGallery } from './gallery.ts';
import { APP, createTab, MARCUS, OLENA, PAGES, type Tab } from './pages-tab.ts';
import { createGateway, openStage, type Stage, signIn } from './stage.ts';

/** Two people, each in a browser of their own, at the tab of one gateway. */
const BOHDAN = { email: 'bohdan@example.test', password: 'another long password', name: 'Bohdan' };
const { bakery, books, nova } = PAGES;

const gallery = openGallery('pages-together');
let stage: Stage;
let a: Tab;
let b: Tab;

beforeAll(async () => {
  stage = await openStage({ name: 'pages-together', engine: 'sqlite' });
  const mine = await (await stage.visitor()).newPage();
  await signIn(mine, stage.url);
  await createGateway(mine, stage.meta);
  await mine.getByRole('tab', { name: 'Facebook pages' }).click();
  a = createTab({ page: mine, stage });
  await a.connect({ person: OLENA });
  await inviteBohdan(mine);
  const theirs = await (await stage.visitor()).newPage();
  await theirs.context().request.post(`${stage.url}/api/v1/session`, { data: BOHDAN_SESSION });
  await theirs.goto(mine.url());
  b = createTab({ page: theirs, stage });
  await b.row(bakery.name).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await stage.keepPicture(`pages-together-${task.name.slice(0, 60)}`);
  }
});
afterAll(async () => {
  gallery.close();
  await stage.close();
});

const BOHDAN_SESSION = { email: BOHDAN.email, password: BOHDAN.password };

/** By the public routes: the link is in the answer, because no mail server is set up. */
async function inviteBohdan(page: Page): Promise<void> {
  const { email, name, password } = BOHDAN;
  const invited = await page.request.post(`${stage.url}/api/v1/invitations`, {
    data: { email, name, role: 'administrator', language: 'en' },
  });
  const { delivery } = await invited.json();
  const token = new URL(delivery.link).hash.replace('#token=', '');
  const fresh = await stage.visitor();
  const accepted = await fresh.request.post(`${stage.url}/api/v1/invitations/accept`, {
    data: { token, name, password },
  });
  expect(accepted.status()).toBe(204);
  await fresh.close();
  expect(ADMIN.email).not.toBe(email);
}

const switched = async (tab: Tab, name: string) => {
  await tab.toggle(name);
  await tab.save();
};
test('what somebody else switches appears by itself', async () => {
  await switched(b, bakery.name);
  await a.row(bakery.name).getByText('Receiving is on.').waitFor();
  expect(await a.switchOf(bakery.name).isChecked()).toBe(true);
});

/**
 * A sees the bakery on, and has no network while B turns it off and on again. A wants it off, and
 * the books on, and presses *Save* as soon as there is a network.
 */
async function bothAtOnce(): Promise<void> {
  await a.page.context().setOffline(true);
  await a.toggle(bakery.name);
  await a.toggle(books.name);
  await a.page.getByText('2 unsaved changes').waitFor();
  await switched(b, bakery.name);
  await switched(b, bakery.name);
  await a.page.context().setOffline(false);
  await a.button('Save').click();
  // What was said of an earlier save may still be there.
  await a.page.getByText('1 saved, 1 refused').first().waitFor();
  await a.row(books.name).getByText('Receiving is on.').waitFor();
  await a.row(bakery.name).getByText(SWITCHED_BY_B).waitFor();
  expect(await a.switchOf(bakery.name).isChecked(), 'what A wants is kept').toBe(false);
  await a.page.getByText('1 unsaved change').waitFor();
  expect(fieldsAtMeta(bakery.id)).toContain('messages');
  expect(fieldsAtMeta(books.id)).toContain('messages');
}
const SWITCHED_BY_B = /^Bohdan switched this on at \d{1,2}:\d\d/;

const fieldsAtMeta = (pageId: string) =>
  stage.meta.state.pageSubscriptions[`${pageId}:${APP}`] ?? [];

test('an older view is saved: what nobody else touched is applied, and Keep leaves the other’s', async () => {
  await bothAtOnce();
  await gallery.take({
    page: a.page,
    state: 'switched by somebody else meanwhile',
    sentence: SWITCHED_BY_B,
    primaryAction: `Keep: ${bakery.name}`,
    switchUsed:
      'two browsers: A is offline and turns the bakery off and the books on; B saves the bakery off, then on; A is online and saves',
    result: 'the other’s switch stays, and nothing is left to save',
  });
  await a.button(`Keep: ${bakery.name}`).click();
  await a.page.getByText('No unsaved changes').waitFor();
  expect(await a.switchOf(bakery.name).isChecked()).toBe(true);
  expect(fieldsAtMeta(bakery.id)).toContain('messages');
});

test('an older view is saved: Switch off anyway applies it, and the other sees it', async () => {
  await switched(b, books.name);
  await a.row(books.name).getByText('Receiving off').waitFor();
  await bothAtOnce();
  await a.button(`Switch off anyway: ${bakery.name}`).click();
  await a.page.getByText('Data saved').first().waitFor();
  await a.page.getByText('No unsaved changes').waitFor();
  await b.row(bakery.name).getByText('Receiving off').waitFor();
  expect(await b.switchOf(bakery.name).isChecked()).toBe(false);
  expect(fieldsAtMeta(bakery.id)).not.toContain('messages');
});

test('changes made by others leave one’s own unsaved switches alone', async () => {
  await a.toggle(nova.name);
  await a.page.getByText('1 unsaved change').waitFor();
  await b.press([`pages/${nova.id}`, { name: 'Nova Gym' }]);
  await b.refresh();
  await b.connect({ person: MARCUS, pages: ['1080000000000108'] });
  await a.row('Nova Gym').waitFor();
  await a.row('Studio <b>North</b> & "Sons"').waitFor();
  await a.page.getByText('1 unsaved change').waitFor();
  expect(await a.switchOf('Nova Gym').isChecked()).toBe(true);
  await a.save();
  await a.row('Nova Gym').getByText('Receiving is on.').waitFor();
});

test('two people press Refresh at once: there is one job, and both see it', async () => {
  await a.press(['faults', { name: 'graph_delay', ms: 1_000, path: 'GET /*/subscribed_apps' }]);
  const started = (tab: Tab) =>
    tab.page.waitForResponse(
      (one) => one.request().method() === 'POST' && one.url().endsWith('/pages/refresh'),
    );
  const answers = Promise.all([started(a), started(b)]);
  await Promise.all([a.button('Refresh').click(), b.button('Refresh').click()]);
  const [mine, theirs] = await Promise.all((await answers).map((one) => one.json()));
  expect(mine).toEqual(theirs);
  await b.page.getByText(/^Reading Meta/).waitFor();
  await a.clearFaults();
  await a.page.getByText(/^Last refreshed/).waitFor();
});

test('a change of tab and of screen asks first; staying keeps the switch, leaving drops it', async () => {
  const { page } = a;
  await a.toggle(books.name);
  for (const leave of [
    () => page.getByRole('tab', { name: 'General' }).click(),
    () => page.getByRole('link', { name: 'Conversations' }).click(),
  ]) {
    await leave();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByText('1 change is not saved and will be lost.').waitFor();
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('1 unsaved change').waitFor();
  }
  await page.getByRole('tab', { name: 'General' }).click();
  await gallery.take({
    page,
    state: 'leaving with unsaved switches',
    sentence: '1 change is not saved and will be lost.',
    primaryAction: 'Stay here',
    switchUsed: 'a switch, then the tab General',
    result: 'the tab stays, and so does the switch',
  });
  await a.button('Leave without saving').click();
  await page.getByLabel('App ID').waitFor();
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  await page.getByText('No unsaved changes').waitFor();
});

test('closing the window asks first, as the browser does', async () => {
  const page = await a.page.context().newPage();
  await page.goto(a.page.url());
  const tab = createTab({ page, stage });
  const asked = () => {
    const dialog = page.waitForEvent('dialog');
    void page.close({ runBeforeUnload: true });
    return dialog;
  };
  await tab.toggle(books.name);
  await page.getByText('1 unsaved change').waitFor();
  const dialog = await asked();
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await page.getByText('1 unsaved change').waitFor();
  await tab.button('Cancel').click();
  await page.getByText('No unsaved changes').waitFor();
  await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);
});

test('axe finds nothing on either screen', async () => {
  expect([...gallery.violations(), ...(await violationsOf(b.page))]).toEqual([]);
});
