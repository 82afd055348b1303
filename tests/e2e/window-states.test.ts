import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { APP, createTab } from './pages-tab.ts';
import {
  closeByOk,
  createGateway,
  logInAtMeta,
  openStage,
  openWindow,
  type Stage,
  signIn,
} from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };
const MARCUS = { email: 'marcus@example.test', password: 'marcus-demo' };
const AISHA = { email: 'aisha@example.test', password: 'aisha-demo' };
/** Screens that differ from others by a word are pictured and judged in the long run only. */
const isLong = process.env['FULL'] !== undefined;
const BAKERY = '1080000000000101';
const DENTAL = '1080000000000106';

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'window-states', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
});
beforeEach(async () => {
  // A window that a failed test left open would be used again.
  const others = page
    .context()
    .pages()
    .filter((open) => open !== page);
  await Promise.all(others.map((open) => open.close()));
  await page.keyboard.press('Escape');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await stage.keepPicture(`window-states-${task.name.slice(0, 40)}`);
  }
  stage.meta.faults.clear();
});
afterAll(() => stage.close());

/** The whole window with a switch of the emulator on; gives it at its result. */
async function logIn(person: typeof OLENA, pages: readonly string[]): Promise<Page> {
  const window = await openWindow(page);
  await logInAtMeta(window, { ...person, pages });
  return window;
}

const atMeta = (window: Page) =>
  window
    .getByRole('button', { name: /^(Log in|Continue as)/ })
    .first()
    .waitFor();

/** A line of *Set up at Meta*, by its title. */
const setUpLine = (name: string) => page.getByRole('listitem').filter({ hasText: name });

test('before anybody logged in, Set up at Meta claims nothing of the redirect', async () => {
  await page.getByRole('tab', { name: 'General' }).click();
  await setUpLine('Webhook callback URL')
    .getByText(/^seen at/)
    .waitFor();
  await setUpLine('Valid OAuth redirect URI').getByText('not known').waitFor();
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
});

/** How an attempt fails by each switch, and what the window and the tab say then. */
const failures = [
  ['code_exchange', { code: 100 }, /Facebook refused to finish the login/],
  ['long_exchange', {}, /Facebook did not give lasting access/],
  ['graph_html', {}, /Facebook did not answer while the Pages were read/],
] as const;

test.each(failures)('%s ends the attempt with its own sentence', async (fault, setting, words) => {
  const window = await openWindow(page);
  await atMeta(window);
  stage.meta.faults.set(fault, setting);
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery'] });
  await window.getByRole('heading', { name: 'No Page was connected' }).waitFor();
  await window.getByText(words).waitFor();
  if (isLong || fault === 'code_exchange') {
    await stage.look.at(window, `failed-${fault}`);
  }
  await page.getByText(words).waitFor();
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  await closeByOk(window);
});

test('a permission declined is named, and nothing is removed', async () => {
  stage.meta.faults.set('scopes_partial', { scopes: ['pages_messaging'] });
  const window = await logIn(MARCUS, ['Riverside Bakery']);
  await window
    .getByText(/was declined at Facebook, so nothing was removed: pages_messaging/)
    .waitFor();
  await stage.look.at(window, 'declined');
  await closeByOk(window);
  // Facebook remembers what was declined until the person removes the app.
  const { press } = createTab({ page, stage });
  await press(['people/remove-app', { person: MARCUS.email, appId: APP }]);
});

/** Why a ticked Page is not connectable, by each switch. */
const notConnectable = [
  ['415', /requires two-factor authentication. Turn it on/],
  ['492', /requires two-factor authentication. Turn it on/],
  ['no_token', /Facebook gave no access to it. Connect again and tick it/],
] as const;

test.each(notConnectable)(
  'a Page unreadable as %s is listed with the reason',
  async (as, words) => {
    stage.meta.faults.set('page_unreadable', { pages: [BAKERY], as });
    const window = await logIn(OLENA, ['Riverside Bakery', 'Blue Door Books']);
    await window.getByRole('heading', { name: 'Some Pages were connected' }).waitFor();
    await window.getByText(words).waitFor();
    if (isLong || as === '415') {
      await stage.look.at(window, `not-connectable-${as}`);
    }
    await closeByOk(window);
  },
);

test('the Pages already held, and by whom, are shown beside the button', async () => {
  const window = await logIn(OLENA, ['Riverside Bakery', 'Blue Door Books']);
  await closeByOk(window);
  const beside = page.getByRole('button', { name: '1 account holds Pages of this gateway' });
  await beside.click();
  await page.getByText('Olena Kovalenko: 2 Pages').waitFor();
  await stage.look.at(page, 'held');
  await beside.click();
});

test('the window of somebody who was signed out says so, and what to do', async () => {
  const other = await (await stage.visitor()).newPage();
  await signIn(other, stage.url);
  await other.getByRole('link', { name: 'Shop', exact: true }).click();
  await other.getByRole('tab', { name: 'Facebook pages' }).click();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await other.context().route('**/oauth/start?*', async (route) => {
    await held;
    await other.context().clearCookies();
    await route.continue({ headers: { ...route.request().headers(), cookie: '' } });
  });
  const window = await openWindow(other);
  release();
  await window.getByText(/You were signed out of Chatgate meanwhile/).waitFor();
  await stage.look.at(window, 'signed-out');
  await other.context().close();
});

test('two people at once are applied one after the other, and neither loses', async () => {
  const other = await (await stage.visitor()).newPage();
  await signIn(other, stage.url);
  await other.getByRole('link', { name: 'Shop', exact: true }).click();
  await other.getByRole('tab', { name: 'Facebook pages' }).click();
  const [first, second] = [await openWindow(page), await openWindow(other)];
  await atMeta(second);
  await logInAtMeta(second, { ...AISHA, pages: ['Green Taxi'] });
  await second.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  await page.getByRole('link', { name: 'Green Taxi', exact: true }).waitFor();
  await stage.look.at(other, 'two-people');
  await other.context().close();
  await first.close();
});

/** What *Find a Page* answers, and the one thing to press. */
const findings = [
  [BAKERY, /connected to this gateway already/, undefined],
  ['https://www.facebook.com/nova.fitness', /Facebook does not tell us which Page/, undefined],
  [
    `https://www.facebook.com/pages/Nova/${BAKERY.slice(0, -1)}3`,
    /did not tick it/,
    'Add or Remove Pages',
  ],
  ['1080000000000999', /Facebook shows no Page under this/, undefined],
  ['Riverside Bakery', /is no address/, undefined],
] as const;

test('Find a Page says why a Page is absent and what to press', async () => {
  await page.getByRole('button', { name: 'Find a Page' }).click();
  const dialog = page.getByRole('dialog');
  for (const [index, [text, words, action]] of findings.entries()) {
    await dialog.getByLabel('Address or number of the Page').fill(text);
    await page.keyboard.press('Enter');
    await dialog.getByText(words).first().waitFor();
    if (action) {
      await dialog.getByRole('button', { name: action }).waitFor();
    }
    if (isLong || action) {
      await stage.look.at(page, `find-${index}`);
    }
  }
  await page.keyboard.press('Escape');
});

test('what Find a Page advises leads into the window, and the Page is found', async () => {
  await page.getByRole('button', { name: 'Find a Page' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address or number of the Page').fill(DENTAL);
  await dialog.getByRole('button', { name: 'Find out why' }).click();
  const [window] = await Promise.all([
    page.waitForEvent('popup'),
    dialog.getByRole('button', { name: 'Add or Remove Pages' }).click(),
  ]);
  await logInAtMeta(window, {
    ...OLENA,
    pages: ['Riverside Bakery', 'Blue Door Books', 'Harbour Dental'],
  });
  await closeByOk(window);
  await page.getByRole('link', { name: 'Harbour Dental', exact: true }).waitFor();
});

const bakeryRow = () => createTab({ page, stage }).row('Riverside Bakery');

test('Not you? Use another account asks for a password again, and the tab follows', async () => {
  const window = await logIn(OLENA, ['Riverside Bakery', 'Blue Door Books', 'Harbour Dental']);
  await window.getByText('Logged in to Facebook as Olena Kovalenko').waitFor();
  await window.getByRole('button', { name: 'Not you? Use another account' }).click();
  await atMeta(window);
  expect(await window.getByRole('button', { name: /^Continue as/ }).count()).toBe(0);
  await logInAtMeta(window, { ...MARCUS, pages: ['Riverside Bakery'] });
  await window.getByText('Logged in to Facebook as Marcus Webb').waitFor();
  await closeByOk(window);
  await bakeryRow().getByRole('button', { name: 'Marcus Webb' }).waitFor();
});

/** What the window "Accounts" of the bakery says of either account. */
async function accountsOfBakery() {
  await bakeryRow()
    .getByRole('button', { name: /^(Olena Kovalenko|Marcus Webb)/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Accounts' });
  const line = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
  return { dialog, olena: line('Olena Kovalenko'), marcus: line('Marcus Webb') };
}

test('Make active takes the other account into use, says what follows, and outlives a reload', async () => {
  const before = await accountsOfBakery();
  await before.marcus.getByText('In use').waitFor();
  await before.dialog.getByRole('button', { name: 'Make active: Olena Kovalenko' }).click();
  await page
    .getByText('Chatgate now uses Olena Kovalenko’s access to “Riverside Bakery”.')
    .waitFor();
  await before.olena.getByText('In use').waitFor();
  await before.marcus.getByRole('button', { name: 'Make active: Marcus Webb' }).waitFor();
  expect(await before.dialog.getByText('In use').count()).toBe(1);
  await stage.look.at(page, 'made-active');

  await page.reload();
  await bakeryRow().getByRole('button', { name: 'Olena Kovalenko' }).waitFor();
  const after = await accountsOfBakery();
  await after.olena.getByText('In use').waitFor();
  await after.olena.getByRole('button', { name: 'Revoke access of Olena Kovalenko' }).click();
  await after.dialog.getByText(/Marcus Webb’s access is used instead/).waitFor();
});

test('after 45 seconds the help explains the pages from which Facebook never returns', async () => {
  stage.meta.faults.set('dialog_no_page_list');
  await page.clock.install();
  const window = await openWindow(page);
  await page.clock.runFor(46_000);
  const help = page.getByRole('button', { name: 'Facebook shows an error?' });
  await help.click();
  await page.getByText('No list of Pages appears').waitFor();
  await stage.look.at(page, 'help');
  await window.close();
  await page.clock.resume();
});

test('Set up at Meta shows what was seen, and the guide', async () => {
  await page.goto(`${stage.url}/gateways`);
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page
    .getByText(/^seen at/)
    .first()
    .waitFor();
  await page
    .getByText(/the last login was not granted|^seen at/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Confirm: App mode “Live”' }).click();
  await page.getByText(/^confirmed by Administrator/).waitFor();
  await stage.look.at(page, 'set-up');
  const [guide] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Step by step: the guide' }).click(),
  ]);
  await guide.getByRole('heading', { name: 'Setting up the app at Meta' }).waitFor();
  await stage.look.at(guide, 'guide');
  await guide.close();
});

test('a line of Set up at Meta ticks itself when it was seen to work, and says why it does not', async () => {
  const [app] = Object.values(stage.meta.state.apps);
  if (!app) {
    throw new Error('The stand-in for Meta has no app.');
  }
  const { press } = createTab({ page, stage });
  await setUpLine('Valid OAuth redirect URI')
    .getByText(/^seen at/)
    .waitFor();

  const deauthorize = setUpLine('Deauthorize callback URL');
  await deauthorize.getByText('not known').waitFor();
  const deauthorizeUrl = await deauthorize.locator('code').textContent();
  await press([`apps/${app.id}`, { deauthorizeUrl }]);
  await press(['people/send-deauthorize', { appId: app.id, person: AISHA.email }]);
  await deauthorize.getByText(/^seen at/).waitFor();

  const webhook = setUpLine('Webhook callback URL');
  await press(['faults', { name: 'handshake_fails' }]);
  await page.getByRole('button', { name: 'Replace' }).click();
  await page.getByLabel('App secret').fill(app.secret);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await webhook.getByText(/^does not work: .+ \(.*\d.*\)$/).waitFor();
  await stage.look.at(page, 'set-up-failed');
  stage.meta.faults.clear('handshake_fails');
  await page.getByRole('button', { name: 'Try again' }).click();
  await webhook.getByText(/^seen at/).waitFor();
});

test('with a login configuration its id is sent, and no permission by name', async () => {
  await page.getByLabel(/Login configuration ID/i).fill('770011223344001');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').first().waitFor();
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  const window = await openWindow(page);
  await atMeta(window);
  expect(window.url()).not.toContain('scope=');
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery', 'Blue Door Books'] });
  await window.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  await closeByOk(window);
});

test('axe finds nothing on any of these screens', () => {
  expect(stage.look.violations()).toEqual([]);
});
