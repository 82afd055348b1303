import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { openGallery } from './gallery.ts';
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
const HOUR = 3_600_000;
const MESSAGES = '/messages';

const gallery = openGallery('replies');
const time = { offset: 0 };
let stage: Stage;
let page: Page;
let phone: Page;

beforeAll(async () => {
  stage = await openStage({
    name: 'replies',
    engine: 'sqlite',
    clock: { now: () => Date.now() + time.offset },
  });
  page = await (await stage.visitor()).newPage();
  await signIn(page, stage.url);
  await createGateway(page, stage.meta);
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  const window = await openWindow(page);
  await logInAtMeta(window, OLENA);
  await closeByOk(window);
  await page
    .getByRole('switch', { name: 'Webhook subscription for Riverside Bakery' })
    .click({ force: true });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Data saved').first().waitFor();
  phone = await (await stage.visitor()).newPage();
  await phone.goto(`${stage.metaUrl}/pages/${BAKERY}/chat`);
  await say('Is the bread fresh?');
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByText('Is the bread fresh?').first().click();
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`replies-${task.name.slice(0, 40)}`)
    : undefined,
);
afterAll(async () => {
  gallery.close();
  await stage.close();
});

async function say(text: string): Promise<void> {
  await phone.getByLabel('Write a message').fill(text);
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
}
const box = () => page.getByRole('textbox', { name: /^Reply to/ });
const sendButton = () => page.getByRole('button', { name: 'Send', exact: true });
const thread = () => page.getByRole('region', { name: /^Conversation with/ });
const received = (text: string) => phone.getByRole('log').getByText(text, { exact: false }).count();
const reply = async (text: string) => {
  await box().fill(text);
  await sendButton().click();
};

test('nothing empty is sent, and spaces are nothing', async () => {
  await box().fill('');
  expect(await sendButton().isDisabled()).toBe(true);
  await box().fill('   \n  ');
  expect(await sendButton().isDisabled()).toBe(true);
});

test('two clicks send one message, with every sign of it', async () => {
  await box().fill('Свіжий 🥖 👩‍👩‍👧');
  await sendButton().dblclick();
  await expect.poll(() => received('Свіжий 🥖 👩‍👩‍👧')).toBe(1);
  await expect.poll(() => box().inputValue()).toBe('');
  expect(await thread().getByText('Свіжий 🥖 👩‍👩‍👧').count()).toBe(1);
});

test('a text beyond Facebook’s limit is offered in several messages', async () => {
  await box().fill(`first ${'bread '.repeat(380)}last`);
  await gallery.take({
    page,
    state: 'reply too long',
    sentence: 'One message holds 2,000 characters.',
    primaryAction: 'Send as 2 messages',
    switchUsed: 'a text of 2,290 characters',
  });
  await page.getByRole('button', { name: 'Send as 2 messages' }).click();
  await expect.poll(() => received('last')).toBe(1);
  await expect.poll(() => received('first')).toBe(1);
});

test('when the answer is lost on its way, sending again sends nothing twice', async () => {
  const isPost = (method: string) => method === 'POST';
  await page.route('**/api/v1/conversations/*/replies', async (route) => {
    if (!isPost(route.request().method()) || !route.request().postData()?.includes('still warm')) {
      return route.fallback();
    }
    await route.fetch();
    await route.abort();
  });
  await reply('It is still warm');
  await gallery.take({
    page,
    state: 'connection lost while sending',
    sentence: 'The server does not answer. Check the connection.',
    primaryAction: 'Send',
    switchUsed: 'the browser loses the answer of the server',
  });
  expect(await box().inputValue()).toBe('It is still warm');
  await page.unroute('**/api/v1/conversations/*/replies');
  await sendButton().click();
  await expect.poll(() => box().inputValue()).toBe('');
  await reply('Anything else?');
  await expect.poll(() => received('Anything else?')).toBe(1);
  expect(await received('It is still warm')).toBe(1);
});

test('an answer of Facebook’s that is lost is settled by the echo', async () => {
  stage.meta.faults.set('send_lost', { times: 1 });
  await reply('We open at six');
  await expect.poll(() => received('We open at six')).toBe(1);
  await thread().getByText('We open at six').waitFor();
  await thread()
    .getByText('Facebook did not say whether this arrived.')
    .waitFor({ state: 'detached' });
  stage.meta.faults.clear('send_lost');
});

test('a person who cannot be reached is said, and can be answered once they write', async () => {
  stage.meta.faults.set('graph_error', { code: 551, path: MESSAGES });
  await reply('Come by');
  await gallery.take({
    page,
    state: 'person cannot be reached',
    sentence: 'This person cannot be reached: they may have blocked the Page',
    primaryAction: null,
    switchUsed: 'fault graph_error {code: 551, path: /messages}',
  });
  await page.getByText('Facebook says that this person cannot be reached.').waitFor();
  stage.meta.faults.clear('graph_error');
  await say('Here I am again');
  await box().waitFor();
});

test('outside the window the reason stands where one would write', async () => {
  time.offset = 25 * HOUR;
  await page.reload();
  await gallery.take({
    page,
    state: 'outside the window',
    sentence: 'You cannot answer now.',
    primaryAction: null,
    switchUsed: 'the clock, 25 hours on',
  });
  await page.getByText(/Facebook allows answers for 24 hours/).waitFor();
});

test('a person’s data is deleted after a question that cannot be missed', async () => {
  const open = page.getByRole('button', { name: 'Delete this person’s data' });
  await open.click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('button', { name: 'Delete for ever' }).isDisabled()).toBe(true);
  await gallery.take({
    page,
    state: 'delete a person’s data',
    sentence: 'This cannot be taken back.',
    primaryAction: 'Delete for ever',
    switchUsed: 'Delete this person’s data',
  });
  await page.keyboard.press('Escape');
  await expect
    .poll(() => open.evaluate((button) => button === button.ownerDocument.activeElement))
    .toBe(true);
  await open.click();
  await dialog.getByLabel('I understand that nobody can bring it back').check();
  await dialog.getByRole('button', { name: 'Delete for ever' }).click();
  await page.getByText('The person’s data was deleted.').waitFor();
  await page.getByText('No conversation yet.').waitFor();
});

test('axe finds nothing', () => {
  expect([...stage.look.violations(), ...gallery.violations()]).toEqual([]);
});
