import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import {
  createGateway,
  logInAtMeta,
  openStage,
  type Stage,
  signIn,
  type Visitor,
} from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };
const MARCUS = { email: 'marcus@example.test', password: 'marcus-demo' };
const PHONE = { width: 360, height: 740 };

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'invite', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
});
afterEach(({ task }) =>
  task.result?.state === 'fail' ? stage.keepPicture(`invite-${task.name.slice(0, 40)}`) : undefined,
);
afterAll(() => stage.close());

/** Makes a link by the dialog, which stays open. */
async function makeLink(note: string): Promise<string> {
  const dialog = page.getByRole('dialog');
  if (!(await dialog.isVisible())) {
    await page.getByRole('button', { name: 'Invite a Page administrator' }).click();
  }
  const another = dialog.getByRole('button', { name: 'Make another one' });
  if (await another.isVisible()) {
    await another.click();
  }
  await dialog.getByLabel('Who is it for?').fill(note);
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  return dialog.getByLabel('Link', { exact: true }).inputValue();
}

const phone = (options: Visitor = {}) => stage.visitor({ viewport: PHONE, ...options });

let link: string;

test('an administrator makes a link, which is shown this once', async () => {
  await page.getByRole('button', { name: 'Invite a Page administrator' }).click();
  await page.getByText('No invite yet.').waitFor();
  await stage.look.at(page, 'no-invite');
  link = await makeLink('Olena, Riverside Bakery');
  expect(link).toMatch(/\/invite#token=[\w-]{43}$/);
  await page.getByText(/^Open until/).waitFor();
  await stage.look.at(page, 'link-made');
});

test('a Page administrator without an account connects a Page by it, on a phone', async () => {
  const invited = await (await phone()).newPage();
  await invited.goto(link);
  await invited.getByRole('heading', { name: 'Connect your Facebook Pages to Shop' }).waitFor();
  await stage.look.at(invited, 'invited');
  const overflow = await invited.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(overflow).toBe(0);
  await invited.getByRole('button', { name: 'Continue with Facebook' }).click();
  await logInAtMeta(invited, { ...OLENA, pages: ['Riverside Bakery'] });
  await invited.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  await invited.getByText('Everything is done. You can close this page.').waitFor();
  await stage.look.at(invited, 'invited-result');
  await invited.reload();
  await invited.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
  await invited.goto(`${stage.url}/gateways`);
  await invited.getByLabel('E-mail').waitFor();
  await invited.goto(link);
  await invited.getByRole('button', { name: 'See what you connected before' }).click();
  await invited.getByText('Riverside Bakery').waitFor();
});

test('the tab and the list of invites tell it by themselves', async () => {
  await page.getByText(/^Used by Olena Kovalenko/).waitFor();
  await stage.look.at(page, 'link-used');
});

test('a second browser with the same link is told that it was used', async () => {
  const other = await (await phone({ locale: 'uk-UA' })).newPage();
  await other.goto(link);
  await other.getByRole('heading', { name: 'Це посилання вже використано' }).waitFor();
  await stage.look.at(other, 'invited-used');
});

test('a log-in cancelled at Facebook leaves the link open, and can be tried again', async () => {
  const invited = await (await phone()).newPage();
  await invited.goto(await makeLink('Marcus'));
  await invited.getByRole('button', { name: 'Continue with Facebook' }).click();
  await invited.getByRole('button', { name: 'Cancel' }).click();
  await invited.getByText('The login was cancelled at Facebook. Nothing was changed.').waitFor();
  await stage.look.at(invited, 'invited-cancelled');
  await invited.getByRole('button', { name: 'Try again' }).click();
  await logInAtMeta(invited, { ...MARCUS, pages: ['Studio'] });
  await invited.getByRole('heading', { name: 'Pages successfully connected' }).waitFor();
});

test('a link that is revoked while somebody logs in changes nothing', async () => {
  const invited = await (await phone()).newPage();
  await invited.goto(await makeLink('Nobody'));
  await invited.getByRole('button', { name: 'Continue with Facebook' }).click();
  await invited.getByLabel('Email').waitFor();
  const line = page.getByRole('listitem').filter({ hasText: 'Nobody' });
  await line.getByRole('button', { name: 'Revoke the invite for Nobody' }).click();
  await stage.look.at(page, 'revoke-asked');
  await line.getByRole('button', { name: 'Revoke', exact: true }).click();
  await line.getByText(/^Revoked by/).waitFor();
  await logInAtMeta(invited, { ...OLENA, pages: ['Blue Door Books'] });
  await invited.getByText(/The link was withdrawn/).waitFor();
  await stage.look.at(invited, 'invited-revoked-window');
  await invited.goto(`${stage.url}/invite#token=${'a'.repeat(43)}`);
  await invited.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await stage.look.at(invited, 'invited-unknown');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('link', { name: 'Blue Door Books', exact: true }).count()).toBe(0);
});

test('axe finds nothing on any of these screens', () => {
  expect(stage.look.violations()).toEqual([]);
});
