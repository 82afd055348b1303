import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import type { Stage } from './stage.ts';
import { closeByOk, createGateway, logInAtMeta, openStage, openWindow, signIn } from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo' };
const BOHDAN = { name: 'Bohdan Savchuk', email: 'bohdan@example.test' };
const FIRST_PASSWORD = 'the first one of Bohdan';
const SECOND_PASSWORD = 'the second one of Bohdan';
const PHONE = { width: 360, height: 740 };

let stage: Stage;
/** The administrator. */
let page: Page;
/** Who is invited, in a browser of their own. */
let bohdan: Page;

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

/** Pictures and axe for screens that are much like others: only when there is time for them. */
const lookWhenFull: Stage['look']['at'] = async (of, name) => {
  if (process.env['FULL']) {
    await stage.look.at(of, name);
  }
};
const dialog = (of = page) => of.getByRole('dialog');
const goTo = (section: string) =>
  page.getByRole('navigation').getByRole('link', { name: section }).click();
const openTab = (name: string) => page.getByRole('tab', { name }).click();
const rowOf = (name: string, of = page) => of.getByRole('row').filter({ hasText: name });
/** The sections that somebody is shown. */
const sectionsOf = async (of: Page) =>
  (await of.getByRole('navigation').first().getByRole('link').allInnerTexts()).map((name) =>
    name.trim(),
  );
const api = async (key: string) =>
  (await fetch(`${stage.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status;

let link: string;

test('a person is invited by a link, which is shown this once', async () => {
  await goTo('Users and roles');
  await page.getByText('1 person').waitFor();
  await openTab('Invitations');
  await page.getByText('No open invitation').waitFor();
  await lookWhenFull(page, 'no-invitation');
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog().getByLabel('Name').fill(BOHDAN.name);
  await dialog().getByLabel('E-mail').fill(BOHDAN.email);
  await dialog().getByLabel('Role').selectOption({ label: 'Viewer' });
  await lookWhenFull(page, 'invite');
  await dialog().getByRole('button', { name: 'Invite' }).click();
  await dialog().getByText('It is shown this once and not stored.').waitFor();
  const first = await dialog().getByRole('textbox', { name: 'Link' }).inputValue();
  await stage.look.at(page, 'invitation-link');
  await dialog().getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: `Send ${BOHDAN.name} a new link` }).click();
  link = await dialog().getByRole('textbox', { name: 'Link' }).inputValue();
  await dialog().getByRole('button', { name: 'Copy the link' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
  await dialog().getByRole('button', { name: 'Done' }).click();
  expect(link).toMatch(/\/invitation#token=[\w-]{43}$/);
  expect(link).not.toBe(first);
  const late = await (await stage.visitor()).newPage();
  await late.goto(first);
  await late.getByText('This link was used already, or is too old.').waitFor();
  await late.close();
});

test('somebody with an open invitation is not invited twice', async () => {
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog().getByLabel('Name').fill('Somebody');
  await dialog().getByLabel('E-mail').fill(BOHDAN.email.toUpperCase());
  await dialog().getByLabel('Role').selectOption({ label: 'Agent' });
  await dialog().getByRole('button', { name: 'Invite' }).click();
  await dialog().getByText('This address has an open invitation.', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
});

test('they accept it on a phone, and the role says what they see', async () => {
  bohdan = await (await stage.visitor({ viewport: PHONE })).newPage();
  await bohdan.goto(link);
  await bohdan.getByRole('heading', { name: 'Welcome to Chatgate' }).waitFor();
  await stage.look.at(bohdan, 'accept-invitation');
  await bohdan.getByLabel('Password').fill(FIRST_PASSWORD);
  await bohdan.getByRole('button', { name: 'Accept the invitation' }).click();
  await bohdan.getByRole('heading', { name: 'Chat gateways' }).waitFor();
  await bohdan.setViewportSize({ width: 1280, height: 960 });
  expect(await sectionsOf(bohdan)).toEqual(['Chat gateways', 'Conversations', 'Destinations']);
  await bohdan.goto(`${stage.url}/users`);
  await bohdan.getByRole('heading', { name: 'You may not see this' }).waitFor();
  await bohdan.getByText('access to Users and roles', { exact: false }).waitFor();
  await stage.look.at(bohdan, 'denied');
  await bohdan.getByRole('navigation').getByRole('link', { name: 'Chat gateways' }).click();
  await bohdan.getByRole('link', { name: 'Shop', exact: true }).click();
  await bohdan.getByRole('tab', { name: 'Facebook pages' }).click();
  await bohdan.getByRole('heading', { name: 'Facebook pages' }).waitFor();
  expect(await bohdan.getByRole('button', { name: 'Add or Remove Pages' }).count()).toBe(0);
});

test('the invitation is gone and the person there, without a reload; the link is spent', async () => {
  await page.getByText('No open invitation').waitFor();
  await openTab('People');
  await page.getByText('2 people').waitFor();
  await rowOf(BOHDAN.name).getByText('Viewer').waitFor();
  const other = await (await stage.visitor()).newPage();
  await other.goto(link);
  await other.getByText('This link was used already, or is too old.').waitFor();
  await lookWhenFull(other, 'link-spent');
  await other.close();
});

test('a role is composed from the table: an action brings what it needs', async () => {
  await openTab('Roles');
  await page.getByRole('button', { name: 'New role' }).click();
  await dialog().getByLabel('Name').fill('Connector');
  const gateways = dialog().getByRole('group', { name: 'Chat gateways' });
  await gateways.getByLabel('Create').check();
  for (const name of ['Access', 'Read']) {
    expect(await gateways.getByLabel(name).isChecked()).toBe(true);
  }
  expect(await gateways.getByLabel('Edit').isChecked()).toBe(false);
  const app = dialog().getByRole('group', { name: 'Admin application' });
  expect(await app.getByLabel('Access').isChecked()).toBe(true);
  await gateways.getByLabel('Read').uncheck();
  await dialog().getByText('Without Read one sees nothing in: Chat gateways.').waitFor();
  await gateways.getByLabel('Read').check();
  await stage.look.at(page, 'new-role');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await rowOf('Connector').getByText('Chat gateways').waitFor();
  await stage.look.at(page, 'roles');
});

test('who may create but not edit connects Pages and switches them, at once', async () => {
  await openTab('People');
  await page.getByRole('button', { name: `Edit ${BOHDAN.name}` }).click();
  await dialog().getByLabel('Role').selectOption({ label: 'Connector' });
  await dialog().getByRole('button', { name: 'Save' }).click();
  await rowOf(BOHDAN.name).getByText('Connector').waitFor();
  // He has the tab open all the while.
  await bohdan.getByRole('button', { name: 'Add or Remove Pages' }).first().waitFor();
  expect(await sectionsOf(bohdan)).toEqual(['Chat gateways']);
  const window = await openWindow(bohdan);
  await logInAtMeta(window, { ...OLENA, pages: ['Riverside Bakery'] });
  await closeByOk(window);
  await bohdan
    .getByRole('switch', { name: 'Webhook subscription for Riverside Bakery' })
    .click({ force: true });
  await bohdan.getByRole('button', { name: 'Save', exact: true }).click();
  await bohdan.getByText('Data saved').first().waitFor();
  expect(await bohdan.getByRole('button', { name: 'Remove Riverside Bakery' }).count()).toBe(0);
});

test('a role that somebody has is not deleted, and leads to who has it', async () => {
  await openTab('Roles');
  await page.getByRole('button', { name: 'Delete the role Connector' }).click();
  await dialog().getByRole('button', { name: 'Delete' }).click();
  await dialog().getByText('People, API keys or open invitations have this role.').waitFor();
  await lookWhenFull(page, 'role-in-use');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await rowOf('Connector').getByRole('button', { name: '1 person' }).click();
  await page.getByText('1 person').waitFor();
  await rowOf(BOHDAN.email).waitFor();
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Every role' });
  await page.getByText('2 people').waitFor();
});

test('a role that another administrator saves meanwhile is not overwritten', async () => {
  const other = await (await stage.visitor()).newPage();
  await signIn(other, stage.url);
  await other.goto(`${stage.url}/users?tab=roles`);
  await openTab('Roles');
  for (const each of [other, page]) {
    await each.getByRole('button', { name: 'Edit the role Connector' }).click();
    await dialog(each).getByLabel('Name').fill('Connects Pages');
  }
  await dialog(other).getByRole('button', { name: 'Save' }).click();
  await dialog(other).waitFor({ state: 'detached' });
  await dialog().getByText('Somebody else changed this role', { exact: false }).waitFor();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().getByText('Somebody else changed it meanwhile.', { exact: false }).waitFor();
  await lookWhenFull(page, 'role-conflict');
  await dialog().getByRole('button', { name: 'Load again' }).click();
  expect(await dialog().getByLabel('Name').inputValue()).toBe('Connects Pages');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await other.close();
});

test('the last administrator neither leaves nor is shut out', async () => {
  await openTab('People');
  const own = rowOf('admin@example.test');
  await own.getByRole('button', { name: /^Disable/ }).click();
  await dialog().getByText('This is you').waitFor();
  await dialog().getByRole('button', { name: 'Disable' }).click();
  await dialog().getByText('Nobody would be left who may manage users.').waitFor();
  await lookWhenFull(page, 'last-administrator');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await own.getByRole('button', { name: /^Edit/ }).click();
  await dialog().getByLabel('Role').selectOption({ label: 'Editor' });
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().getByText('Nobody would be left who may manage users.').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
});

test('a forgotten password is reset by a link, which ends the sessions', async () => {
  await page.getByRole('button', { name: `Reset the password of ${BOHDAN.name}` }).click();
  await dialog().getByRole('button', { name: 'Make the link' }).click();
  const reset = await dialog().getByRole('textbox', { name: 'Link' }).inputValue();
  await dialog().getByRole('button', { name: 'Done' }).click();
  const fresh = await (await stage.visitor()).newPage();
  await fresh.goto(stage.url);
  await fresh.getByRole('link', { name: 'Forgot the password?' }).click();
  await fresh.getByText('This server sends no mail.', { exact: false }).waitFor();
  await lookWhenFull(fresh, 'forgot');
  await fresh.goto(reset);
  await fresh.getByLabel('New password').fill(SECOND_PASSWORD);
  await lookWhenFull(fresh, 'reset');
  await fresh.getByRole('button', { name: 'Set the password' }).click();
  await fresh.getByText('The new password is set.', { exact: false }).waitFor();
  await bohdan.reload();
  await bohdan.getByRole('heading', { name: 'Sign in to Chatgate' }).waitFor();
  await fresh.getByRole('link', { name: 'Sign in' }).click();
  for (const [password, answer] of [
    [FIRST_PASSWORD, 'E-mail or password is wrong.'],
    [SECOND_PASSWORD, 'Chat gateways'],
  ] as const) {
    await fresh.getByLabel('E-mail').fill(BOHDAN.email);
    await fresh.getByLabel('Password').fill(password);
    await fresh.getByRole('button', { name: 'Sign in' }).click();
    await fresh.getByText(answer).first().waitFor();
  }
  await fresh.close();
});

test('an API key is made with the keyboard alone, works, and stops when it is revoked', async () => {
  await goTo('API keys');
  await page.getByText('No API key yet').waitFor();
  await page.getByRole('button', { name: 'New API key' }).focus();
  await page.keyboard.press('Enter');
  await dialog().getByLabel('Name').waitFor();
  await page.keyboard.type('CRM import');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Viewer');
  await page.keyboard.press('Tab');
  await page.keyboard.type('in 30');
  await lookWhenFull(page, 'new-key');
  await dialog().getByRole('button', { name: 'Make the key' }).focus();
  await page.keyboard.press('Enter');
  const key = await dialog().getByRole('textbox', { name: 'API key' }).inputValue();
  await stage.look.at(page, 'key');
  expect(await api(key)).toBe(200);
  await page.keyboard.press('Escape');
  const row = rowOf('CRM import');
  await row.getByText('active').waitFor();
  await row.getByText('Viewer').waitFor();
  await page.getByRole('button', { name: 'Revoke CRM import' }).focus();
  await page.keyboard.press('Enter');
  await dialog().getByRole('button', { name: 'Revoke' }).focus();
  await page.keyboard.press('Enter');
  await row.getByText('revoked').waitFor();
  expect(await api(key)).toBe(401);
  await lookWhenFull(page, 'keys');
});

test('a person who is disabled is out at once, and in again when enabled', async () => {
  await bohdan.getByLabel('E-mail').fill(BOHDAN.email);
  await bohdan.getByLabel('Password').fill(SECOND_PASSWORD);
  await bohdan.getByRole('button', { name: 'Sign in' }).click();
  await bohdan.getByRole('heading', { name: 'Facebook pages' }).waitFor();
  await goTo('Users and roles');
  await page.getByRole('button', { name: `Disable ${BOHDAN.name}` }).click();
  await dialog().getByRole('button', { name: 'Disable' }).click();
  await rowOf(BOHDAN.name).getByText('disabled').waitFor();
  await bohdan.getByRole('heading', { name: 'Sign in to Chatgate' }).waitFor();
  await stage.look.at(page, 'people');
  await page.getByRole('button', { name: `Enable ${BOHDAN.name}` }).click();
  await dialog().getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: `Disable ${BOHDAN.name}` }).waitFor();
});

test('waiting, finding nobody, and a server that does not answer are said', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  // The network's edge, and nothing behind it: answers wait, or do not come.
  await page.route('**/api/v1/users?*nobody*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${stage.url}/users`);
  await page.getByLabel('Search people').fill('nobody at all');
  letGo();
  await page.getByText('Nobody matches “nobody at all”.').waitFor();
  await page.route('**/api/v1/users?*somebody*', (route) => route.abort());
  await page.getByLabel('Search people').fill('somebody');
  await page.getByText('The server does not answer.', { exact: false }).waitFor();
  await lookWhenFull(page, 'unreachable');
  await page.unroute('**/api/v1/users?*somebody*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Nobody matches “somebody”.').waitFor();
});

test('the own password is changed under Your account', async () => {
  await page.getByRole('button', { name: /^Account and settings/ }).click();
  await page.getByRole('link', { name: 'Your account' }).click();
  await page.getByLabel('Current password').fill('not the right one');
  await page.getByLabel('New password').fill('another long password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('E-mail or password is wrong.').waitFor();
  await stage.look.at(page, 'account');
});

test('on a phone and in Ukrainian nothing is cut off', async () => {
  const phone = await (await stage.visitor({ viewport: PHONE, locale: 'uk-UA' })).newPage();
  await phone.goto(stage.url);
  await phone.getByLabel('Е-пошта').fill('admin@example.test');
  await phone.getByLabel('Пароль').fill('a long enough password');
  await phone.getByRole('button', { name: 'Увійти' }).click();
  await phone.getByRole('heading', { name: 'Чат-шлюзи' }).waitFor();
  for (const [path, heading] of [
    ['users', 'Користувачі й ролі'],
    ['users?tab=roles', 'Користувачі й ролі'],
    ['api-keys', 'Ключі API'],
    ['account', 'Ваш обліковий запис'],
  ] as const) {
    await phone.goto(`${stage.url}/${path}`);
    await phone.getByRole('heading', { name: heading }).waitFor();
    await phone.waitForLoadState('networkidle').catch(() => {});
    await stage.look.at(phone, `phone-uk-${path.replace('?tab=', '-')}`);
    const overflow = await phone.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([path, overflow]).toEqual([path, 0]);
  }
  await phone.goto(`${stage.url}/users?tab=roles`);
  await phone.getByRole('button', { name: 'Нова роль' }).click();
  await phone.getByRole('dialog').getByLabel('Назва').waitFor();
  await stage.look.at(phone, 'phone-uk-new-role');
});

test('axe finds nothing on any of these screens', () => {
  expect(stage.look.violations()).toEqual([]);
});
