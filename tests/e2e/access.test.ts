import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { createGateway, openStage, type Stage, signIn } from './stage.ts';

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'access', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
});
afterEach(({ task }) =>
  task.result?.state === 'fail' ? stage.keepPicture(`access-${task.name.slice(0, 40)}`) : undefined,
);
afterAll(() => stage.close());

const dialog = () => page.getByRole('dialog');
const goTo = (section: string) =>
  page.getByRole('navigation').getByRole('link', { name: section }).click();

/** Invites by the dialog, which stays open on the link; gives the link. */
async function invite(person: { name: string; email: string; role: string }): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).first().click();
  await dialog().getByLabel('Name').fill(person.name);
  await dialog().getByLabel('E-mail').fill(person.email);
  await dialog().getByLabel('Role').selectOption({ label: person.role });
  await dialog().getByRole('button', { name: 'Invite' }).click();
  await dialog().getByText('It is shown this once', { exact: false }).waitFor();
  return (await dialog().getByRole('textbox', { name: 'Link' }).inputValue()) ?? '';
}

let link: string;

test('a person is invited by a link, which is shown this once', async () => {
  await goTo('Users and roles');
  await page.getByText('1 person').waitFor();
  await stage.look.at(page, 'people-alone');
  await page.getByRole('tab', { name: 'Invitations' }).click();
  await page.getByText('No open invitation').waitFor();
  await stage.look.at(page, 'no-invitation');
  await page.getByRole('tab', { name: 'Roles' }).click();
  await page.getByText('Administrator', { exact: true }).waitFor();
  await stage.look.at(page, 'roles');
  link = await invite({ name: 'Bohdan', email: 'bohdan@example.test', role: 'Viewer' });
  expect(link).toMatch(/\/invitation#token=[\w-]{43}$/);
  await stage.look.at(page, 'invitation-link');
});

test('axe finds nothing on any of these screens', () => {
  expect(stage.look.violations()).toEqual([]);
});
