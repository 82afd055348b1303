import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
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

let stage: Stage;
let page: Page;
let phone: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'attachments', engine: 'sqlite' });
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
  await phone.getByLabel('Write a message').fill('Look at this');
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByText('Look at this').first().click();
});
afterEach(({ task }) =>
  task.result?.state === 'fail'
    ? stage.keepPicture(`attachments-${task.name.slice(0, 40)}`)
    : undefined,
);
afterAll(() => stage.close());

const send = (what: string) => phone.getByRole('button', { name: what, exact: true }).click();
const thread = () => page.getByRole('region', { name: /^Conversation with/ });

test('a picture, a voice message and a file appear in the thread by themselves', async () => {
  for (const what of ['Picture', 'Voice message', 'File']) {
    await send(what);
  }
  const picture = thread().getByRole('img').first();
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image: { naturalWidth?: number }) => image.naturalWidth))
    .toBe(480);
  const sound = thread().locator('audio');
  await sound.waitFor();
  await expect
    .poll(() => sound.evaluate((player: { duration?: number }) => player.duration))
    .toBeCloseTo(1, 1);
  await thread()
    .getByRole('link', { name: /order-\d+\.pdf/ })
    .waitFor();
  await stage.look.at(page, 'kept');
  await page.setViewportSize({ width: 360, height: 740 });
  await stage.look.at(page, 'kept-360');
  await page.setViewportSize({ width: 1280, height: 960 });
});

test('a file is saved, never opened', async () => {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    thread()
      .getByRole('link', { name: /order-\d+\.pdf/ })
      .click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^order-\d+\.pdf$/);
});

test('what cannot be fetched says why, and is there after Try again', async () => {
  stage.meta.faults.set('file_trouble', { as: 'expired' });
  await send('Picture');
  await thread().getByText('link had expired').waitFor();
  await stage.look.at(page, 'expired');
  stage.meta.faults.set('file_trouble', { as: '500' });
  await send('Voice message');
  await thread().getByText('answered 500').waitFor();
  await thread().getByText('Tried again at').waitFor();
  stage.meta.faults.set('file_trouble', { as: 'slow', ms: 1_500 });
  await send('File');
  await thread().getByText('File is being fetched').waitFor();
  await stage.look.at(page, 'trouble');
  stage.meta.faults.clear();
  await thread().getByRole('button', { name: 'Try again' }).first().click();
  await thread().getByText('link had expired').waitFor({ state: 'detached' });
  await expect.poll(() => thread().getByRole('img').count()).toBe(2);
});

test('nobody but people who may read the conversation gets a file', async () => {
  const link = await thread()
    .getByRole('link', { name: /order-\d+\.pdf/ })
    .first()
    .getAttribute('href');
  expect((await fetch(`${stage.url}${link}`)).status).toBe(401);
});

test('axe finds nothing', () => {
  expect(stage.look.violations()).toEqual([]);
});
