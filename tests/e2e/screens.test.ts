import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { openGallery } from './gallery.ts';
import { closeByOk, logInAtMeta, openStage, openWindow, type Stage, signIn } from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };
const AISHA = { email: 'aisha@example.test', password: 'aisha-demo' };
const BAKERY = '1080000000000101';

const gallery = openGallery('screens');
let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'screens', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`screens-${task.name.slice(0, 40)}`)
    : undefined,
);
afterAll(async () => {
  gallery.close();
  await stage.close();
});

const openPages = async () => {
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  await page.getByRole('button', { name: 'Add or Remove Pages' }).waitFor();
};

test('a wrong secret is refused with the words of Meta, and nothing is saved', async () => {
  const [app] = Object.values(stage.meta.state.apps);
  await page
    .getByRole('link', { name: 'Add' })
    .or(page.getByRole('button', { name: 'Add' }))
    .first()
    .click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Shop');
  await page.getByLabel('App ID').fill(app?.id ?? '');
  await page.getByLabel('App secret').fill('not the secret');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page
    .getByText(/Not saved\./)
    .first()
    .waitFor();
  await stage.look.at(page, 'secret-refused');
});

test('a callback that Facebook cannot reach is saved, said, and tried again', async () => {
  const [app] = Object.values(stage.meta.state.apps);
  stage.meta.faults.set('handshake_fails');
  await page.getByLabel('App secret').fill(app?.secret ?? '');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Messages will not arrive until this works.').first().waitFor();
  await stage.look.at(page, 'webhook-failed');
  stage.meta.faults.clear('handshake_fails');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Messages will not arrive until this works.').waitFor({ state: 'detached' });
});

test('Pages that cannot be connected are listed with the reason', async () => {
  await openPages();
  const window = await openWindow(page);
  await logInAtMeta(window, AISHA);
  await window.getByRole('heading', { name: 'Some Pages were connected' }).waitFor();
  await window.getByText('Old Mill Museum').waitFor();
  await stage.look.at(window, 'result-some');
  await closeByOk(window);
});

test('when nothing is ticked nothing is connected, and the window says what to press', async () => {
  const window = await openWindow(page);
  await logInAtMeta(window, { email: 'noah@example.test', password: 'noah-demo' });
  await window.getByRole('heading', { name: 'No Page was connected' }).waitFor();
  await stage.look.at(window, 'result-none');
  await closeByOk(window);
});

test('a half-read list removes nothing and says so', async () => {
  const first = await openWindow(page);
  await logInAtMeta(first, { ...OLENA, pages: ['Riverside Bakery', 'Blue Door Books'] });
  await closeByOk(first);
  await page.getByRole('link', { name: 'Blue Door Books', exact: true }).waitFor();
  stage.meta.faults.set('page_unreadable', { pages: [BAKERY], as: 'null' });
  const second = await openWindow(page);
  await logInAtMeta(second, { ...OLENA, pages: ['Riverside Bakery'] });
  await second
    .getByText(/incomplete/)
    .first()
    .waitFor();
  await stage.look.at(second, 'result-incomplete');
  stage.meta.faults.clear('page_unreadable');
  await closeByOk(second);
  expect(await page.getByRole('link', { name: 'Blue Door Books', exact: true }).count()).toBe(1);
  const third = await openWindow(page);
  await logInAtMeta(third, { ...OLENA, pages: ['Riverside Bakery', 'Blue Door Books'] });
  await closeByOk(third);
});

test('what Facebook refuses keeps its wish, says why, and can be tried again', async () => {
  stage.meta.faults.set('subscribed_apps_refused', {
    code: 200,
    fields: ['messages'],
    pages: [BAKERY],
  });
  for (const name of ['Riverside Bakery', 'Blue Door Books']) {
    await page
      .getByRole('switch', { name: `Webhook subscription for ${name}` })
      .click({ force: true });
  }
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('1 saved, 1 refused by Facebook').first().waitFor();
  await gallery.take({
    page,
    state: 'refused by Facebook',
    sentence: '1 saved, 1 refused by Facebook',
    primaryAction: 'Try again: Riverside Bakery',
    switchUsed:
      'fault subscribed_apps_refused {code: 200, fields: [messages], pages: [the Page]}, then Save',
  });
  stage.meta.faults.clear('subscribed_apps_refused');
  await page
    .getByRole('button', { name: /^Try again/ })
    .first()
    .click();
  await page.getByText('Data saved').first().waitFor();
});

test('removing a Page, switching a gateway off and deleting it say first what they end', async () => {
  await page.getByRole('button', { name: 'Remove Blue Door Books' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.look.at(page, 'remove-page');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Chat gateways' }).first().click();
  await page.getByRole('switch', { name: 'State of Shop' }).click({ force: true });
  await page.getByText('Messages that arrive while it is off will not be shown.').waitFor();
  await stage.look.at(page, 'gateway-off');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Delete Shop' }).click();
  await page
    .getByRole('dialog')
    .getByText(/connected Page/)
    .waitFor();
  await stage.look.at(page, 'gateway-delete');
  await page.keyboard.press('Escape');
});

test('moving the messages of an app from another host is asked first', async () => {
  const [app] = Object.values(stage.meta.state.apps);
  if (!app) {
    throw new Error('The stand-in for Meta has no app.');
  }
  app.subscriptions = app.subscriptions.map((held) => ({
    ...held,
    callbackUrl: 'https://other.example.test/hook',
  }));
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByRole('button', { name: 'Replace' }).click();
  await page.getByLabel('App secret').fill(app.secret);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/delivers this app’s messages to other\.example\.test/).waitFor();
  await stage.look.at(page, 'move-webhook');
  await page.getByRole('button', { name: 'Move them to Chatgate' }).click();
  await page.getByText('Saved.').first().waitFor();
});

test('a narrow screen loses nothing', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await stage.look.at(page, 'narrow-general');
  await openPages();
  await page
    .getByRole('button', { name: /^Remove / })
    .first()
    .waitFor();
  await stage.look.at(page, 'narrow-pages');
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.getByText('Riverside Bakery').first().waitFor();
  const overflow = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(overflow).toBe(0);
  await page.setViewportSize({ width: 1280, height: 960 });
});

test('the stand-in for Meta: its home page, and the errors it never comes back from', async () => {
  const visitor = await (await stage.visitor()).newPage();
  await visitor.goto(stage.metaUrl);
  await stage.look.at(visitor, 'meta-home');
  await visitor.goto(
    `${stage.metaUrl}/dialog/oauth?client_id=280011223344556&redirect_uri=https://elsewhere.example.test/&state=x`,
  );
  await visitor.getByRole('alert').waitFor();
  await stage.look.at(visitor, 'meta-url-blocked');
});

test('axe finds nothing on any of these screens', () => {
  expect([...stage.look.violations(), ...gallery.violations()]).toEqual([]);
});
