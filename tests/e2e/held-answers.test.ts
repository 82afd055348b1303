import type { Conversation, ConversationList } from '@chatgate/contract';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Administrator, signInAdministrator } from '../support/administrator.ts';
import type { Page } from '../support/browser.ts';
import { type Sink, startSink } from './sink.ts';
import { openStage, type Stage, signIn } from './stage.ts';

const BAKERY = '1080000000000101';
/** More than one page of a thread holds. */
const MESSAGES = 60;

let stage: Stage;
let sink: Sink;
let admin: Administrator;
let page: Page;
let gatewayId: string;
let destinationId: string;
let conversation: Conversation;

// What a screen does while an answer is on its way, late, or lost: at the network's edge requests are
// held and let go, never answered for the product.
beforeAll(async () => {
  stage = await openStage({ name: 'held-answers', engine: 'sqlite', looks: false });
  sink = await startSink();
  admin = await signInAdministrator(stage.url, stage.meta);
  gatewayId = (await admin.createGateway()).id;
  await admin.connect(gatewayId, { person: 'olena@example.test', pages: [BAKERY] });
  await admin.switchReceiving(gatewayId, [BAKERY]);
  const values = { name: 'Order system', kind: 'http', url: sink.url };
  const made = await admin.call<{ destination: { id: string } }>('POST', '/destinations', values);
  destinationId = made.destination.id;
  for (let n = 1; n <= MESSAGES; n += 1) {
    say(`message ${n}`);
  }
  await stage.meta.drain();
  const isAll = async () => ((await unread()) === MESSAGES ? firstConversation() : undefined);
  conversation = await vi.waitUntil(isAll, { timeout: 10_000 });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
});
beforeEach(async () => {
  await page.unrouteAll();
});
afterAll(async () => {
  await sink.stop();
  await stage.close();
});

function say(text: string): void {
  stage.meta.customers.act({ pageId: BAKERY, customerId: 'c1', kind: 'text', text });
}

async function firstConversation(): Promise<Conversation | undefined> {
  const { items } = await admin.call<ConversationList>('GET', '/conversations');
  return items[0];
}
const unread = async () => (await firstConversation())?.unread;

/** Requests of one kind, held from now on, or from when it is time, until they are let go. */
async function hold(address: RegExp, method: string, isTime = () => true) {
  const held: (() => Promise<void>)[] = [];
  let isOpen = false;
  await page.route(address, async (route) => {
    if (isOpen || !isTime() || route.request().method() !== method) {
      await route.continue();
    } else {
      held.push(() => route.continue());
    }
  });
  return {
    count: () => held.length,
    async letGo(): Promise<void> {
      isOpen = true;
      await Promise.all(held.map((go) => go()));
    },
  };
}

const button = (name: string) => page.getByRole('button', { name, exact: true });

test('older messages that cannot be had are not asked for without end', async () => {
  const address = `${stage.url}/conversations/${conversation.id}`;
  await page.goto(address);
  await expect.poll(unread).toBe(0);
  // The stream of events begins with having everything read again; nothing comes after that.
  let read = 0;
  page.on('response', (one) => {
    read += one.url().endsWith('/messages') ? 1 : 0;
  });
  await page.goto(address);
  await expect.poll(() => read).toBe(2);
  let asked = 0;
  await page.route(/\/messages\?before=/, async (route) => {
    asked += 1;
    await route.abort();
  });
  await button('Show older messages').scrollIntoViewIfNeeded();
  await page.getByText('The server does not answer.', { exact: false }).first().waitFor();
  await page.evaluate('new Promise((resolve) => requestIdleCallback(resolve))');
  // Once, and twice more because a server that is away may come back.
  expect(asked).toBe(3);
  await page.unrouteAll();
  await button('Show older messages').click();
  await page.getByText('message 1', { exact: true }).waitFor();
});

test('what is typed while a reply is on its way is the next reply', async () => {
  const sending = await hold(/\/replies$/, 'POST');
  const box = page.getByRole('textbox', { name: /^Reply to/ });
  await box.fill('It is fresh.');
  await button('Send').click();
  await expect.poll(sending.count).toBe(1);
  await box.press('End');
  await box.pressSequentially(' And warm.');
  await sending.letGo();
  await page
    .getByRole('region', { name: /^Conversation/ })
    .getByText('It is fresh.')
    .waitFor();
  await expect.poll(() => box.inputValue()).toBe('And warm.');
  await box.fill('');
});

test('a message that comes while the one before is being marked as read is read, too', async () => {
  await expect.poll(unread).toBe(0);
  let marked = 0;
  await page.route(/\/read$/, async (route) => {
    marked += 1;
    await route.continue();
  });
  const reading = await hold(/\/messages(\?|$)/, 'GET', () => marked > 0);
  say('one');
  await stage.meta.drain();
  await expect.poll(reading.count).toBe(1);
  await expect.poll(unread).toBe(0);
  say('and another');
  await stage.meta.drain();
  await expect.poll(unread).toBe(1);
  await reading.letGo();
  await expect.poll(unread).toBe(0);
});

test('the settings of a destination stand still while they are saved, and stay', async () => {
  await page.goto(`${stage.url}/destinations/${destinationId}?tab=settings`);
  const name = page.getByLabel('Name');
  await name.fill('Order system, north');
  const saving = await hold(/\/destinations\//, 'PATCH');
  await button('Save').click();
  await expect.poll(saving.count).toBe(1);
  expect(await name.isEditable()).toBe(false);
  await saving.letGo();
  await expect.poll(() => name.isEditable()).toBe(true);
  expect(await name.inputValue()).toBe('Order system, north');
});

test('what was done is said above a tall dialog, not upon its button to close', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByLabel('Name').fill('Order system, west');
  await button('Save').click();
  const said = page.getByText('Saved', { exact: false }).first();
  await said.waitFor();
  await page.getByRole('tab').first().click();
  await page
    .getByRole('button', { name: /message.received/ })
    .first()
    .click();
  await page.getByRole('dialog').getByText('Delivery id').waitFor();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('button', { name: 'Close', exact: true })
    .first()
    .click({ trial: true, timeout: 2_000 });
  expect(await said.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1280, height: 960 });
  await page.getByRole('tab').last().click();
});

test('another tab of a destination is a departure: unsaved settings are asked about', async () => {
  const name = page.getByLabel('Name');
  await name.fill('Order system, south');
  await page.getByRole('tab').first().click();
  await button('Stay here').click();
  expect(await name.inputValue()).toBe('Order system, south');
  await page.getByRole('tab').first().click();
  await button('Leave without saving').click();
  await page.getByRole('tab', { selected: true }).first().waitFor();
  await expect.poll(() => name.count()).toBe(0);
});

test('the settings of a gateway stand still while Meta is asked about them', async () => {
  await page.goto(`${stage.url}/gateways/${gatewayId}`);
  const name = page.getByRole('textbox', { name: /^Name/ });
  await name.fill('Shop, north');
  const saving = await hold(/\/gateways\//, 'PATCH');
  await button('Save').click();
  await expect.poll(saving.count).toBe(1);
  expect(await name.isEditable()).toBe(false);
  await saving.letGo();
  await page.getByText('Saved.', { exact: false }).first().waitFor();
});

test('a new link for an invitation is made once, however fast one clicks', async () => {
  const invited = { name: 'Aisha Rahman', email: 'aisha@example.test', role: 'agent' };
  await admin.call('POST', '/invitations', { ...invited, language: 'en' });
  await page.goto(`${stage.url}/users?tab=invitations`);
  const sending = await hold(/\/resend$/, 'POST');
  const again = button('Send Aisha Rahman a new link');
  await again.click();
  await expect.poll(sending.count).toBe(1);
  await again.click();
  await sending.letGo();
  await button('Done').click();
  expect(sending.count()).toBe(1);
});

test('the audit log’s days can be typed, digit by digit', async () => {
  await page.goto(`${stage.url}/audit`);
  const from = page.getByLabel('From');
  await from.focus();
  const answer = page.waitForResponse((one) => /\/audit\?.*from=/.test(one.url()));
  await page.keyboard.type('01152026');
  expect(await from.inputValue()).toBe('2026-01-15');
  await answer;
});

test('unsaved changes are asked about before the session ends, not after', async () => {
  await page.goto(`${stage.url}/gateways/${gatewayId}`);
  const name = page.getByRole('textbox', { name: /^Name/ });
  await name.fill('Shop, west');
  const ending = await hold(/\/session$/, 'DELETE');
  await page.getByRole('button', { name: /^Account and settings of / }).click();
  await button('Sign out').click();
  await button('Stay here').click();
  expect(await name.inputValue()).toBe('Shop, west');
  expect(ending.count()).toBe(0);
  await page.getByRole('button', { name: /^Account and settings of / }).click();
  await button('Sign out').click();
  await button('Leave without saving').click();
  await expect.poll(ending.count).toBe(1);
  await ending.letGo();
  await button('Sign in').waitFor();
  await signIn(page, stage.url);
});

test('who cannot be signed out is told so, and not shown the sign-in', async () => {
  await page.route(/\/session$/, (route) => route.abort());
  await page.getByRole('button', { name: /^Account and settings of / }).click();
  await button('Sign out').click();
  await page.getByText('You are still signed in.', { exact: false }).waitFor();
  await page.unrouteAll();
  await button('Sign out').click();
  await button('Sign in').waitFor();
});
