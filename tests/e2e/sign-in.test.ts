import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type OpenIdProvider,
  startOpenIdProvider,
} from '../../packages/server/src/test-support/openid-provider.ts';
import { codeAt } from '../support/authenticator.ts';
import type { Page } from '../support/browser.ts';
import { ADMIN } from '../support/server-process.ts';
import { openStage, type Stage, signIn, type Visitor } from './stage.ts';

const NEW_PASSWORD = 'another long enough password';
const PHONE = { width: 360, height: 740 };
const MINUTE_MS = 60_000;

let moved = 0;
const clock = { now: () => Date.now() + moved };
let stage: Stage;
let provider: OpenIdProvider;
/** The administrator, in the browser they always use. */
let page: Page;
let key: string;
let codes: string[];
let password = ADMIN.password;

beforeAll(async () => {
  provider = await startOpenIdProvider(clock);
  stage = await openStage({
    name: 'sign-in',
    engine: 'sqlite',
    clock,
    settings: {
      CHATGATE_OIDC_ISSUER: provider.issuer,
      CHATGATE_OIDC_CLIENT_ID: 'chatgate',
      CHATGATE_OIDC_CLIENT_SECRET: 'a secret with: signs',
      CHATGATE_OIDC_LABEL: 'Sign in with Example',
      CHATGATE_OIDC_ROLES: 'support=agent',
      CHATGATE_OIDC_CREATE_PEOPLE: 'true',
    },
  });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`sign-in-${task.name.slice(0, 40)}`)
    : undefined,
);
afterAll(async () => {
  await stage.close();
  await provider.stop();
});

const codeField = (of: Page) => of.getByRole('textbox', { name: 'Code', exact: true });
const dialog = () => page.getByRole('dialog');
/** Of a time step that no code was taken from: each works once. */
const codeNow = () => {
  moved += MINUTE_MS;
  return codeAt(key, clock.now());
};
const wrongCode = () => (codeAt(key, clock.now()) === '000000' ? '999999' : '000000');
const openPage = async (options?: Visitor) => {
  const opened = await (await stage.visitor(options)).newPage();
  await opened.goto(stage.url);
  return opened;
};
const isIn = (of: Page) => of.getByRole('heading', { name: 'Chat gateways' }).waitFor();
const says = (of: Page, words: string | RegExp) =>
  of.getByRole('alert').getByText(words, { exact: false }).waitFor();
/** Whether nothing of the page is cut off at the side. */
const overflow = (of: Page) =>
  of.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function givePassword(of: Page, given = password): Promise<void> {
  await of.getByLabel('E-mail').fill(ADMIN.email);
  await of.getByLabel('Password').fill(given);
  await of.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function giveCode(of: Page, code: string): Promise<void> {
  await codeField(of).fill(code);
  await of.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function openAccount(): Promise<void> {
  await page.goto(`${stage.url}/account`);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
}

test('two-factor sign-in is set up: the picture, the key as text, a wrong and a right code', async () => {
  await openAccount();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await dialog().getByLabel('Your password').fill('not the right one');
  await dialog().getByRole('button', { name: 'Next' }).click();
  await says(page, 'E-mail or password is wrong.');
  await dialog().getByLabel('Your password').fill(password);
  await dialog().getByRole('button', { name: 'Next' }).click();
  await dialog().getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  key = await dialog().getByLabel('Key', { exact: true }).inputValue();
  expect(key).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  await dialog().getByRole('button', { name: 'Copy the key' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key.replaceAll(' ', ''));
  await stage.look.at(page, 'scan');
  await codeField(page).fill(wrongCode());
  await dialog().getByRole('button', { name: 'Turn on' }).click();
  await says(page, 'This code is wrong, or was used already.');
  await codeField(page).fill(codeNow());
  await dialog().getByRole('button', { name: 'Turn on' }).click();
  await dialog().getByRole('heading', { name: 'Your recovery codes' }).waitFor();
});

test('the recovery codes are shown this once, and are copied as they are', async () => {
  codes = await dialog().getByRole('listitem').allInnerTexts();
  expect(new Set(codes).size).toBe(10);
  await stage.look.at(page, 'recovery-codes');
  await dialog().getByRole('button', { name: 'Copy all' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${codes.join('\n')}\n`);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog().getByRole('link', { name: 'Save as a file' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('chatgate-recovery-codes.txt');
  await dialog().getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 recovery codes left').waitFor();
  await page.reload();
  await page.getByText('10 recovery codes left').waitFor();
  expect(await page.getByText(codes[0] ?? '').count()).toBe(0);
});

test('signing out and in again with the keyboard alone asks for the code', async () => {
  await page.getByRole('button', { name: /^Account and settings/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in to Chatgate' }).waitFor();
  await page.keyboard.type(ADMIN.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await stage.look.at(page, 'code');
  await page.keyboard.type(wrongCode());
  await page.keyboard.press('Enter');
  await says(page, 'This code is wrong, or was used already. 4 tries are left.');
  await page.keyboard.type(codeNow());
  await page.keyboard.press('Enter');
  await isIn(page);
});

test('a recovery code signs in once; five wrong codes lead back to the password', async () => {
  const [code = ''] = codes;
  const first = await openPage({ viewport: PHONE });
  await givePassword(first);
  await giveCode(first, code);
  await isIn(first);
  const second = await openPage({ viewport: PHONE });
  await givePassword(second);
  await giveCode(second, code);
  await says(second, 'This code is wrong, or was used already. 4 tries are left.');
  await stage.look.at(second, 'phone-code-wrong');
  expect(await overflow(second)).toBe(0);
  // The step survives a reload: the tries that are left do, too.
  await second.reload();
  for (const left of ['3 tries are', '2 tries are', '1 try is']) {
    await giveCode(second, code);
    await says(second, `${left} left`);
  }
  await giveCode(second, code);
  await second.getByLabel('Password').waitFor();
  await says(second, 'This took too long, or too many tries. Enter your password again.');
  await openAccount();
  await page.getByText('9 recovery codes left').waitFor();
  await first.context().close();
  await second.context().close();
});

test('sessions: each browser is listed; one is ended, then all others, then all', async () => {
  const others = [await openPage({ viewport: PHONE }), await openPage()];
  for (const other of others) {
    await givePassword(other);
    await giveCode(other, codeNow());
    await isIn(other);
  }
  await openAccount();
  const section = page.locator('section').filter({ hasText: 'Where you are signed in' });
  const lines = section.getByRole('listitem');
  await lines.nth(3).waitFor();
  expect(await lines.filter({ hasText: 'this browser' }).count()).toBe(1);
  await stage.look.at(page, 'account');
  await section
    .getByRole('button', { name: /^Sign out of Chrome/ })
    .first()
    .click();
  await page.getByText('Signed out there.').waitFor();
  await lines.nth(3).waitFor({ state: 'detached' });
  await section.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('Signed out everywhere else.').waitFor();
  await lines.nth(1).waitFor({ state: 'detached' });
  for (const other of others) {
    await other.reload();
    await other.getByRole('heading', { name: 'Sign in to Chatgate' }).waitFor();
    await other.context().close();
  }
  await section.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog().getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('heading', { name: 'Sign in to Chatgate' }).waitFor();
  await givePassword(page);
  await giveCode(page, codeNow());
  await isIn(page);
});

test('the password is changed, which ends the sessions elsewhere', async () => {
  const other = await openPage();
  await givePassword(other);
  await giveCode(other, codeNow());
  await isIn(other);
  await openAccount();
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password is changed.', { exact: false }).waitFor();
  await other.reload();
  await givePassword(other);
  await says(other, 'E-mail or password is wrong.');
  password = NEW_PASSWORD;
  await givePassword(other);
  await other.getByRole('heading', { name: 'One more step' }).waitFor();
  await other.context().close();
});

test('wrong passwords pause, longer each time, and are told how long; who is known is not', async () => {
  const stranger = await openPage();
  for (let n = 0; n < 5; n += 1) {
    await givePassword(stranger, `wrong password ${n}`);
    await says(stranger, 'E-mail or password is wrong.');
  }
  for (const [wait, seconds] of [
    [/in (2\d|30) seconds/, 30],
    [/in (5\d|60) seconds/, 60],
    [/in 2 minutes/, 120],
  ] as const) {
    await givePassword(stranger, 'a wrong one again');
    await says(stranger, wait);
    moved += seconds * 1_000;
    await givePassword(stranger, 'wrong once more');
    await says(stranger, 'E-mail or password is wrong.');
  }
  await givePassword(stranger);
  await says(stranger, 'in 4 minutes');
  await stage.look.at(stranger, 'paused');

  // Strangers do not lock anybody out of their own browser; and the pause can be lifted.
  await page.goto(`${stage.url}/users`);
  await page.getByText('sign-in paused').waitFor();
  await stage.look.at(page, 'people-paused');
  await page.getByRole('button', { name: /try to sign in again$/ }).click();
  await dialog().getByRole('button', { name: 'Let in again' }).click();
  await page.getByText('can try again.', { exact: false }).waitFor();
  await givePassword(stranger);
  await stranger.getByRole('heading', { name: 'One more step' }).waitFor();
  await stranger.context().close();
});

test('with the provider: somebody new comes in, where they wanted to go', async () => {
  provider.visitor = {
    ...{ sub: 'fay', name: 'Fay', email: 'fay@example.test', email_verified: true },
    groups: ['support'],
  };
  const fay = await openPage();
  await fay.goto(`${stage.url}/conversations`);
  await fay.getByRole('button', { name: 'Sign in with Example' }).waitFor();
  await stage.look.at(fay, 'with-provider');
  await fay.getByRole('button', { name: 'Sign in with Example' }).click();
  await fay.getByRole('heading', { name: 'Conversations' }).first().waitFor();
  await fay.goto(`${stage.url}/account`);
  await fay.getByText('Two-factor sign-in is set up there.', { exact: false }).waitFor();
  expect(await fay.getByLabel('Current password').count()).toBe(0);
  await stage.look.at(fay, 'account-of-provider');
  await fay.context().close();
});

test('with the provider: whoever is refused, cancels, or meets it down is told why', async () => {
  const guest = await openPage({ viewport: PHONE });
  const press = () => guest.getByRole('button', { name: 'Sign in with Example' }).click();
  provider.visitor = { sub: 'gus', name: 'Gus', email: 'gus@example.test', email_verified: true };
  await press();
  await says(guest, /None of your groups/);
  await stage.look.at(guest, 'phone-no-role');
  expect(await overflow(guest)).toBe(0);
  provider.visitor = undefined;
  await press();
  await says(guest, 'Signing in with the provider was cancelled.');
  provider.fault = 'down';
  await press();
  await says(guest, 'does not answer');
  await stage.look.at(guest, 'phone-provider-down');
  provider.fault = undefined;
  await guest.context().close();
});

test('after the provider, too, the code is asked for', async () => {
  provider.visitor = {
    ...{ sub: 'admin', email: ADMIN.email, email_verified: true },
    // The last administrator stays one, whatever the provider says.
    groups: ['support'],
  };
  const other = await openPage();
  await other.getByRole('button', { name: 'Sign in with Example' }).click();
  await other.getByRole('heading', { name: 'One more step' }).waitFor();
  await giveCode(other, codeNow());
  await isIn(other);
  await other.context().close();
});

test('two-factor sign-in is turned off, with password and code', async () => {
  await openAccount();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await dialog().getByLabel('Your password').fill(password);
  await codeField(page).fill(codes[1] ?? '');
  await stage.look.at(page, 'turn-off');
  await dialog().getByRole('button', { name: 'Turn off' }).click();
  await page.getByText('Two-factor sign-in is off.').waitFor();
  const other = await openPage();
  await givePassword(other);
  await isIn(other);
  await other.context().close();
});

test.runIf(process.env['FULL'])('on a phone and in Ukrainian nothing is cut off', async () => {
  const phone = await openPage({ viewport: PHONE, locale: 'uk-UA' });
  await stage.look.at(phone, 'phone-uk-sign-in');
  await phone.getByLabel('Е-пошта').fill(ADMIN.email);
  await phone.getByLabel('Пароль').fill('хибний пароль');
  await phone.getByRole('button', { name: 'Увійти', exact: true }).click();
  await phone.getByRole('alert').waitFor();
  await phone.getByLabel('Пароль').fill(password);
  await phone.getByRole('button', { name: 'Увійти', exact: true }).click();
  await phone.getByRole('heading', { name: 'Чат-шлюзи' }).waitFor();
  await phone.goto(`${stage.url}/account`);
  await phone.getByRole('button', { name: 'Увімкнути' }).waitFor();
  await stage.look.at(phone, 'phone-uk-account');
  expect(await overflow(phone)).toBe(0);
  await phone.getByRole('button', { name: 'Увімкнути' }).click();
  await phone.getByLabel('Ваш пароль').fill(password);
  await phone.getByRole('button', { name: 'Далі' }).click();
  await phone.getByRole('img').first().waitFor();
  await stage.look.at(phone, 'phone-uk-scan');
  await phone.context().close();
});

test('axe finds nothing on any of these screens', () => {
  expect(stage.look.violations()).toEqual([]);
});
