import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import {
  closeByOk,
  createGateway,
  logInAtMeta,
  openStage,
  openWindow,
  pressOk,
  type Stage,
  signIn,
} from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };

let stage: Stage;
let page: Page;
let offset = 0;

beforeEach(async () => {
  offset = 0;
  stage = await openStage({
    name: 'window',
    engine: 'sqlite',
    clock: { now: () => Date.now() + offset },
  });
  page = await (await stage.visitor()).newPage();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await stage.keepPicture(`window-${task.name.slice(0, 40)}`);
  }
  await stage.close();
});

async function openPagesTab(): Promise<void> {
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  await page.getByRole('button', { name: 'Add or Remove Pages' }).waitFor();
}

const connected = () => page.getByRole('switch').count();

test('a blocked window says so; the log-in goes on in this tab and keeps unsaved switches', async () => {
  await openPagesTab();
  const first = await openWindow(page);
  await logInAtMeta(first, { ...OLENA, pages: ['Riverside Bakery'] });
  await closeByOk(first);
  await page.getByRole('switch').click({ force: true });
  await page.getByText('1 unsaved change').waitFor();
  await page.evaluate(() => {
    Reflect.set(globalThis, 'open', () => null);
  });
  await page.getByRole('button', { name: 'Add or Remove Pages' }).click();
  await page.getByText('Your browser blocked the Facebook window.').waitFor();
  await page.getByRole('button', { name: 'Open it again' }).waitFor();
  await stage.look.at(page, 'blocked');
  // The departure is part of the work: nothing is lost by it, so nobody is asked.
  const asked: string[] = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await page.getByRole('button', { name: 'Continue in this tab' }).click();
  await logInAtMeta(page, { ...OLENA, pages: ['Riverside Bakery', 'Blue Door Books'] });
  await page.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByRole('link', { name: 'Blue Door Books', exact: true }).waitFor();
  await page.getByText('1 unsaved change').waitFor();
  expect(asked).toEqual([]);
});

test('a window closed by hand says that nothing was changed, and a later result still counts', async () => {
  await openPagesTab();
  const window = await openWindow(page);
  await window.getByLabel('Email').waitFor();
  const address = window.url();
  await window.close();
  await page.getByText('The window seems closed. Nothing was changed.').waitFor();
  await stage.look.at(page, 'closed');
  expect(await connected()).toBe(0);
  await page.getByRole('button', { name: 'I am still logging in' }).click();
  const again = await page.context().newPage();
  await again.goto(address);
  await logInAtMeta(again, { ...OLENA, pages: ['Riverside Bakery'] });
  await page.getByRole('link', { name: 'Riverside Bakery', exact: true }).waitFor();
});

test('a log-in cancelled at Facebook says so and changes nothing', async () => {
  await openPagesTab();
  const window = await openWindow(page);
  await window.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The login was cancelled at Facebook. Nothing was changed.').waitFor();
  await stage.look.at(page, 'cancelled');
  await stage.look.at(window, 'cancelled-window');
  expect(await connected()).toBe(0);
});

test('a window severed by its opener policy still brings its result', async () => {
  stage.meta.faults.set('dialog_coop');
  await openPagesTab();
  const window = await openWindow(page);
  await window.getByLabel('Email').waitFor();
  // The browser now tells the tab that the window is closed, which is not so.
  await page.getByRole('button', { name: 'I am still logging in' }).click();
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery'] });
  await page.getByRole('link', { name: 'Riverside Bakery', exact: true }).waitFor();
  await window.getByRole('button', { name: 'OK' }).waitFor();
});

test('when the tab is closed before the result, the window leads back to it', async () => {
  await openPagesTab();
  const window = await openWindow(page);
  await window.getByLabel('Email').waitFor();
  await page.close();
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery'] });
  await window.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  const other = await window.context().newPage();
  await pressOk(window);
  await other.goto(stage.url);
  await other.getByRole('link', { name: 'Shop', exact: true }).click();
  await other.getByRole('tab', { name: 'Facebook pages' }).click();
  await other.getByRole('link', { name: 'Riverside Bakery', exact: true }).waitFor();
});

test('a callback after ten minutes is refused, in the window and in the tab', async () => {
  await openPagesTab();
  const window = await openWindow(page);
  await window.getByLabel('Email').waitFor();
  offset = 11 * 60_000;
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery'] });
  await window
    .getByText(/expired/)
    .first()
    .waitFor();
  await stage.look.at(window, 'expired-window');
  await page.getByText('The login took longer than ten minutes and expired.').waitFor();
  await stage.look.at(page, 'expired');
  expect(await connected()).toBe(0);
  expect(stage.look.violations()).toEqual([]);
});
