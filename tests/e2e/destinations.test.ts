import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { openGallery } from './gallery.ts';
import { type Sink, startSink } from './sink.ts';
import {
  closeByOk,
  createGateway,
  logInAtMeta,
  openStage,
  openWindow,
  type Stage,
  signIn,
} from './stage.ts';

const OLENA = { email: 'olena@example.test', password: 'olena-demo', pages: ['Riverside Bakery'] };
const BAKERY = '1080000000000101';

const gallery = openGallery('destinations');
let stage: Stage;
let page: Page;
let phone: Page;
let sink: Sink;

beforeAll(async () => {
  stage = await openStage({ name: 'destinations', engine: 'sqlite' });
  sink = await startSink();
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`destinations-${task.name.slice(0, 40)}`)
    : undefined,
);
afterAll(async () => {
  gallery.close();
  await sink.stop();
  await stage.close();
});

const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
const say = async (text: string) => {
  await phone.getByLabel('Write a message').fill(text);
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
};
/** There once its title shows: until then the screen before takes the clicks. */
const openDestinations = async () => {
  await page
    .getByRole('navigation', { name: 'Main navigation' })
    .getByRole('link', { name: 'Destinations' })
    .click();
  await page.getByRole('heading', { name: 'Destinations', exact: true }).waitFor();
};

test('without a destination the screen says what one is for', async () => {
  await createGateway(page, stage.meta);
  await openDestinations();
  await gallery.take({
    page,
    state: 'no destination yet',
    sentence: 'No destination yet.',
    primaryAction: 'Add destination',
    switchUsed: 'a fresh installation',
  });
});

test('an address inside the network is refused in words beside the field', async () => {
  await page.getByRole('link', { name: 'Add destination' }).first().click();
  await press('Create');
  await page.getByText('Give it a name.').waitFor();
  await page.getByLabel('Name').fill('Order system');
  await page.getByLabel('Address').fill('https://10.0.0.7/hooks');
  await press('Create');
  await gallery.take({
    page,
    state: 'address refused',
    sentence: 'This address is inside a private network.',
    primaryAction: 'Create',
    switchUsed: 'https://10.0.0.7/hooks as the address',
  });
});

test('the secret is shown once, and nothing but the button closes it', async () => {
  await page.getByLabel('Address').fill(sink.url);
  await press('Create');
  const dialog = page.getByRole('dialog');
  const secret = await dialog.getByLabel('Secret', { exact: true }).inputValue();
  expect(secret).toMatch(/^whsec_/);
  sink.knows(secret);
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  await gallery.take({
    page,
    state: 'secret shown once',
    sentence: 'It is shown this once.',
    primaryAction: 'I have stored it',
    switchUsed: 'Create',
  });
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByRole('heading', { name: 'Order system' }).waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText(/^Set, last changed/).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await page.getByText(/^Set, last changed/).waitFor();
  expect(await page.content()).not.toContain('whsec_');
  await stage.look.at(page, 'settings');
});

test('a test event tells in words what came back', async () => {
  sink.answer(503);
  await press(/^Send test event/);
  await gallery.take({
    page,
    state: 'test event failed',
    sentence: 'It does not work: it answered 503',
    primaryAction: 'Send again',
    switchUsed: 'an endpoint that answers 503',
  });
  sink.answer(200);
  await press('Send again');
  await page.getByText(/^It works: your endpoint answered 200 in/).waitFor();
  expect(sink.received.at(-1)).toMatchObject({ type: 'destination.test', isSigned: true });
  await stage.look.at(page, 'test-works');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
});

test('what a customer writes arrives signed', async () => {
  await page.getByRole('link', { name: 'Chat gateways' }).first().click();
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  const window = await openWindow(page);
  await logInAtMeta(window, OLENA);
  await closeByOk(window);
  await page
    .getByRole('switch', { name: 'Webhook subscription for Riverside Bakery' })
    .click({ force: true });
  await press('Save');
  await page.getByText('Data saved').first().waitFor();
  phone = await (await stage.visitor()).newPage();
  await phone.goto(`${stage.metaUrl}/pages/${BAKERY}/chat`);
  await say('Do you have rye bread?');
  await expect.poll(() => sink.texts()).toContain('Do you have rye bread?');
  expect(sink.received.every(({ isSigned }) => isSigned)).toBe(true);
  await page.getByRole('tab', { name: 'Destinations' }).click();
  await page.getByText('Works', { exact: true }).waitFor();
  await stage.look.at(page, 'list');
});

test('when it fails the screen says why, with one button', async () => {
  sink.answer(503);
  await say('And croissants?');
  await page.getByRole('link', { name: 'Order system', exact: true }).click();
  await page.getByText(/The last tries failed: it answered 503|Nothing gets through/).waitFor();
  await gallery.take({
    page,
    state: 'destination fails',
    sentence: /The last tries failed: it answered 503|Nothing gets through: it answered 503/,
    primaryAction: 'Try now: Order system',
    switchUsed: 'an endpoint that answers 503, then a message',
  });
  sink.answer(200);
  await press('Try now: Order system');
  await expect.poll(() => sink.texts()).toContain('And croissants?');
  await page.getByText('Everything was delivered.').waitFor();
});

test('the log shows what was sent and every answer', async () => {
  await page
    .getByRole('button', { name: /^Details: message\.received/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^Try 1: Failed: it answered 503/).waitFor();
  await dialog.getByRole('button', { name: 'Response: Try 1' }).click();
  await dialog.getByText('the order system is down').waitFor();
  await dialog.getByText('And croissants?').waitFor();
  await stage.look.at(page, 'delivery');
  await page.setViewportSize({ width: 360, height: 740 });
  await stage.look.at(page, 'delivery-360');
  await page.setViewportSize({ width: 1280, height: 960 });
});

test('a replay is counted before anything is sent', async () => {
  await page.getByRole('button', { name: 'Replay the conversation from here' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send events again' });
  await dialog.getByLabel('From number').fill('1');
  const before = sink.received.length;
  expect(await dialog.getByRole('button', { name: /^Send .* again$/ }).count()).toBe(0);
  await dialog.getByRole('button', { name: 'Count first' }).click();
  await dialog.getByText(/would be sent again\. Nothing was sent so far\./).waitFor();
  expect(sink.received).toHaveLength(before);
  await gallery.take({
    page,
    state: 'replay counted',
    sentence: /would be sent again/,
    primaryAction: /^Send .* again$/,
    switchUsed: 'Replay the conversation from here, Count first',
  });
  await dialog.getByRole('button', { name: /^Send .* again$/ }).click();
  await expect
    .poll(() => sink.received.filter(({ isReplay }) => isReplay).map(({ text }) => text))
    .toContain('Do you have rye bread?');
  await page.getByRole('tab', { name: 'Replays' }).click();
  await page.getByText('Done', { exact: true }).waitFor();
});

test('410 switches it off, in words', async () => {
  sink.answer(410);
  await say('Anybody there?');
  await gallery.take({
    page,
    state: 'destination gone',
    sentence: /It answered “410 Gone”, which means for good/,
    primaryAction: 'Switch on: Order system',
    switchUsed: 'an endpoint that answers 410, then a message',
  });
  sink.answer(200);
  await press('Switch on: Order system');
  await expect.poll(() => sink.texts()).toContain('Anybody there?');
});

test('a second new secret in a day says first that the oldest stops', async () => {
  await page.getByRole('tab', { name: 'Settings' }).click();
  await press('New secret');
  const dialog = page.getByRole('dialog', { name: 'Make a new secret?' });
  const warning = dialog.getByText('The oldest secret stops at once');
  expect(await warning.count()).toBe(0);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await press('I have stored it');
  await press('New secret');
  await warning.waitFor();
  await stage.look.at(page, 'new-secret-again');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('deleting says first what it ends', async () => {
  await openDestinations();
  await press('Delete Order system');
  await page.getByText('its delivery log, with requests and responses').waitFor();
  await stage.look.at(page, 'delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No destination yet.').waitFor();
});

test('axe finds nothing', () => {
  expect([...stage.look.violations(), ...gallery.violations()]).toEqual([]);
});
