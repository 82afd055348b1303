import type { ConversationList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInAdministrator } from '../support/administrator.ts';
import type { BrowserContext } from '../support/browser.ts';
import { layoutProblems } from '../support/layout.ts';
import { openStage, type Stage, signIn } from './stage.ts';

/** No language of ours is written from right to left yet; the layout must not be what forbids it. */
const SIZES = [
  { width: 360, height: 780 },
  { width: 1280, height: 900 },
] as const;

let stage: Stage;
let screens: [name: string, path: string][];

beforeAll(async () => {
  stage = await openStage({ name: 'right-to-left', engine: 'sqlite' });
  const admin = await signInAdministrator(stage.url, stage.meta);
  const { id } = await admin.createGateway();
  const { added } = await admin.connect(id, { person: 'olena@example.test' });
  const pageIds = added.map((page) => page.id);
  await admin.switchReceiving(id, pageIds.slice(0, 1));
  stage.meta.customers.act({
    pageId: pageIds[0] ?? '',
    kind: 'text',
    text: 'هل ما زال الأزرق متوفرًا؟ https://example.org/a/very/long/address/that/has/no/place/to/break',
  });
  await stage.meta.drain();
  let conversationId: string | undefined;
  while (conversationId === undefined) {
    const { items } = await admin.call<ConversationList>('GET', '/conversations');
    conversationId = items[0]?.id;
  }
  screens = [
    ['sign-in', '/sign-in'],
    ['gateways', '/gateways'],
    ['new-gateway', '/gateways/new'],
    ['general', `/gateways/${id}`],
    ['pages', `/gateways/${id}/pages`],
    ['conversations', '/conversations'],
    ['thread', `/conversations/${conversationId}`],
    ['users', '/users'],
    ['api-keys', '/api-keys'],
    ['audit', '/audit'],
    ['account', '/account'],
    ['guide', '/guide/meta-app'],
  ];
});
afterAll(() => stage.close());

/** As if the language of the browser were written from right to left. */
async function mirrored(context: BrowserContext): Promise<void> {
  // Text, because the types of the DOM are not among those of tests.
  await context.addInitScript(`{
    const mirror = () => document.documentElement?.setAttribute('dir', 'rtl');
    mirror();
    new MutationObserver(mirror).observe(document, { childList: true });
  }`);
}

test.each(SIZES)('from right to left every screen fits into $width pixels', async (viewport) => {
  const context = await stage.visitor({ viewport });
  await mirrored(context);
  const page = await context.newPage();
  const problems: string[] = [];
  const look = async (name: string) => {
    await page.locator('h1:visible, h2:visible').first().waitFor();
    await page
      .locator('[class*="Skeleton"], [class*="Loader"]')
      .first()
      .waitFor({ state: 'detached' });
    expect(await page.evaluate('getComputedStyle(document.body).direction')).toBe('rtl');
    if (process.env['FULL']) {
      await stage.look.at(page, `${name}-${viewport.width}`);
    }
    problems.push(...(await layoutProblems(page)).map((words) => `${name}: ${words}`));
  };
  const [[first, entrance] = ['', ''], ...others] = screens;
  await page.goto(`${stage.url}${entrance}`);
  await look(first);
  await signIn(page, stage.url);
  for (const [name, path] of others) {
    await page.goto(`${stage.url}${path}`);
    await page.getByRole('main').waitFor();
    await look(name);
  }
  expect(problems).toEqual([]);
  await context.close();
});

test('a layout that does not fit is found', async () => {
  const page = await (await stage.visitor({ viewport: SIZES[0] })).newPage();
  await page.setContent(`<!doctype html>
    <button style="position: absolute; left: 300px; width: 200px">Outside</button>
    <button style="position: absolute; top: 60px; width: 90px">Below</button>
    <a href="#x" style="position: absolute; top: 65px; left: 40px">Above</a>
    <button style="position: absolute; top: 120px; width: 40px; overflow: hidden; white-space: nowrap">A long label</button>`);
  const problems = (await layoutProblems(page)).join('\n');
  expect(problems).toContain('wide in');
  expect(problems).toContain('"Outside" lies outside');
  expect(problems).toContain('"Below" and "Above" lie upon each other');
  expect(problems).toContain('"A long label" is cut off');
});
