import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import {
  closeByOk,
  createGateway,
  type Engine,
  logInAtMeta,
  openStage,
  openWindow,
  pressOk,
  type Stage,
  signIn,
} from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };
const MARCUS = { email: 'marcus@example.test', password: 'marcus-demo' };
const SHARED = 'Riverside Bakery';

describe.each<{ engine: Engine; opener: string | undefined }>([
  { engine: 'sqlite', opener: undefined },
  { engine: 'postgres', opener: 'same-origin' },
])('the mission on $engine, opener policy of the dialog: $opener', ({ engine, opener }) => {
  // What people see is the same on both engines.
  const looks = engine === 'sqlite' || !!process.env['FULL'];
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ name: `mission-${engine}`, engine, looks });
    if (opener) {
      stage.meta.faults.set('dialog_coop');
    }
    page = await (await stage.visitor()).newPage();
  });
  afterEach(({ task }) =>
    task.result?.state === 'fail'
      ? stage.keepPicture(`${engine}-${task.name.slice(0, 40)}`)
      : undefined,
  );
  afterAll(() => stage.close());

  test('an administrator signs in and creates the gateway', async () => {
    await page.goto(stage.url);
    await page.getByLabel('E-mail').waitFor();
    await stage.look.at(page, 'sign-in');
    await signIn(page, stage.url);
    await page.getByText('No gateway yet.').waitFor();
    await stage.look.at(page, 'gateways-empty');
    await createGateway(page, stage.meta);
    await stage.look.at(page, 'general');
    await page.getByRole('tab', { name: 'Facebook pages' }).click();
    await page.getByText('Pages must already exist on Facebook').waitFor();
    await stage.look.at(page, 'pages-empty');
  });

  test('two people connect their Pages, one after the other', async () => {
    for (const person of [
      { ...OLENA, pages: [SHARED, 'Blue Door Books'] },
      { ...MARCUS, pages: [SHARED, 'Studio'] },
    ]) {
      const window = await openWindow(page);
      await logInAtMeta(window, { ...person, look: stage.look.at });
      await window.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
      await stage.look.at(window, 'result');
      await closeByOk(window);
    }
    await page.getByRole('link', { name: SHARED, exact: true }).waitFor();
    await page.getByRole('link', { name: 'Blue Door Books', exact: true }).waitFor();
    await page.getByRole('link', { name: /Studio/ }).waitFor();
    await stage.look.at(page, 'pages');
  });

  test('the accounts of a Page are found by name', async () => {
    await page.getByText('+1').click();
    const dialog = page.getByRole('dialog', { name: 'Accounts' });
    await dialog.getByText('Marcus Webb').waitFor();
    await dialog.getByText('Olena Kovalenko').waitFor();
    await stage.look.at(page, 'accounts');
    await dialog.getByLabel('Search').fill('olena');
    await dialog.getByText('Marcus Webb').waitFor({ state: 'detached' });
    await dialog.getByLabel('Search').fill('nobody');
    await dialog.getByText('No accounts found').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('the switch takes effect with Save, and not before', async () => {
    const [shared] = Object.values(stage.meta.state.pages).filter(({ name }) => name === SHARED);
    const subscribed = () => JSON.stringify(stage.meta.state.pageSubscriptions);
    const before = subscribed();
    await page
      .getByRole('switch', { name: `Webhook subscription for ${SHARED}` })
      .click({ force: true });
    await page.getByText('1 unsaved change').waitFor();
    expect(subscribed()).toBe(before);
    await stage.look.at(page, 'pages-unsaved');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Data saved').first().waitFor();
    expect(subscribed()).toContain(shared?.id);
    await page.getByText('Receiving is on. No message yet').first().waitFor();
    await stage.look.at(page, 'pages-waiting');
  });

  test('what a customer writes is in the conversation within a second', async () => {
    const phone = await (await stage.visitor()).newPage();
    await phone.setViewportSize({ width: 390, height: 780 });
    const link = await page.getByRole('link', { name: SHARED, exact: true }).getAttribute('href');
    await phone.goto(link ?? '');
    await stage.look.at(phone, 'meta-page');
    await phone.getByRole('button', { name: 'Message' }).click();
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByText('No conversation yet.').waitFor();
    await stage.look.at(page, 'conversations-empty');
    await phone.getByLabel('Write a message').fill('Are you open on Sunday?');
    await phone.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Are you open on Sunday?').first().waitFor({ timeout: 1_000 });
    await page.getByText('Ann Brown').first().waitFor();
    await page.getByText('Are you open on Sunday?').first().click();
    await page.getByText('How it got here').first().waitFor();
    await stage.look.at(page, 'conversation');
    await page.getByText('How it got here').first().click();
    await stage.look.at(page, 'how-it-got-here');
    await stage.look.at(phone, 'meta-chat');
  });

  test('the Page is live without a reload, and the steps are done', async () => {
    await page.getByRole('link', { name: 'Chat gateways' }).click();
    await stage.look.at(page, 'gateways');
    await page.getByRole('link', { name: 'Shop', exact: true }).click();
    await page.getByRole('tab', { name: 'Facebook pages' }).click();
    await page.getByRole('table').getByText('Live', { exact: true }).waitFor();
    await stage.look.at(page, 'pages-live');
  });

  test('a Page that is un-ticked leaves the registry and is unsubscribed', async () => {
    const [left] = Object.values(stage.meta.state.pages).filter(
      ({ name }) => name === 'Blue Door Books',
    );
    const fields = () =>
      Object.entries(stage.meta.state.pageSubscriptions)
        .filter(([key]) => key.startsWith(`${left?.id}:`))
        .flatMap(([, held]) => held);
    await page
      .getByRole('switch', { name: 'Webhook subscription for Blue Door Books' })
      .click({ force: true });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(fields).toContain('messages');
    await page.getByText('No unsaved changes').waitFor();
    const window = await openWindow(page);
    await logInAtMeta(window, { ...OLENA, pages: [SHARED], look: stage.look.at });
    await window.getByRole('heading', { name: /connected/ }).waitFor();
    await window.getByText('Blue Door Books').waitFor();
    await stage.look.at(window, 'result-removed');
    await pressOk(window);
    await page
      .getByRole('link', { name: 'Blue Door Books', exact: true })
      .waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: SHARED, exact: true }).count()).toBe(1);
    await expect.poll(fields).toEqual([]);
  });

  test.runIf(looks)('axe finds nothing on any of these screens', () => {
    expect(stage.look.violations()).toEqual([]);
  });
});
