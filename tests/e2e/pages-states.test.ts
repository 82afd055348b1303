import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from '../support/browser.ts';
import { openGallery } from './gallery.ts';
import type { PagesState } from './pages-state.ts';
import { accessStates } from './pages-states-access.ts';
import { receivingStates } from './pages-states-receiving.ts';
import { refreshAndHold } from './pages-states-steps.ts';
import { windowStates } from './pages-states-window.ts';
import { createTab, type Tab, wordsOfSwitch } from './pages-tab.ts';
import { createGateway, openStage, type Stage, signIn } from './stage.ts';

/**
 * Every state of the tab "Facebook pages", in one session of one browser. The states follow each
 * other as they do in an installation's life: each is reached by Meta's switches and the product's
 * own screens, says its sentence, and its action leads where it should.
 */
const gallery = openGallery('pages-states');
let stage: Stage;
let page: Page;
let tab: Tab;
let tabUrl: string;

beforeAll(async () => {
  stage = await openStage({ name: 'pages-states', engine: 'sqlite' });
  page = await (await stage.visitor()).newPage();
  tab = createTab({ page, stage });
  await signIn(page, stage.url);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await stage.keepPicture(`pages-states-${task.name.slice(0, 60)}`);
    await recover();
  }
  await tab.clearFaults();
});
afterAll(async () => {
  gallery.close();
  await stage.close();
});

test('no app configured: the tab is locked until the gateway is saved', async () => {
  await page.getByRole('link', { name: 'Add' }).first().click();
  await gallery.take({
    page,
    state: 'no app configured',
    sentence: 'The other parts unlock after the first successful save.',
    primaryAction: 'Save',
    switchUsed: 'Chat gateways, Add',
    result: 'the app is checked at Meta, the gateway stored, the tab unlocked',
  });
  expect(await page.getByRole('tab', { name: 'Facebook pages' }).isDisabled()).toBe(true);
  await page.goBack();
  await createGateway(page, stage.meta);
  await page.getByRole('tab', { name: 'Facebook pages' }).click();
  await page.waitForURL(/\/pages$/);
  tabUrl = page.url();
});

/** One state that failed does not fail those after it. */
async function recover(): Promise<void> {
  const others = page
    .context()
    .pages()
    .filter((open) => open !== page);
  await Promise.all(others.map((open) => open.close()));
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(tabUrl);
  await tab.button('Add or Remove Pages').waitFor();
}

const states: readonly PagesState[] = [...windowStates, ...receivingStates, ...accessStates];

test.each(states)('$state: its sentence, its action, and what that leads to', async (shown) => {
  const { switches = [], also = [], sentence, action, details } = shown;
  await shown.before?.(tab);
  const reach = async () => {
    for (const one of switches) {
      await tab.press(one);
    }
    await shown.steps?.(tab);
  };
  await reach();
  const place = shown.row === undefined ? page.locator('main') : tab.row(shown.row);
  await place.getByText(sentence).first().waitFor();
  for (const words of also) {
    await place.getByText(words).first().waitFor();
  }
  if (details) {
    await place.getByRole('button', { name: details.name, exact: true }).first().click();
    for (const words of details.holds) {
      await place.getByText(words).first().waitFor();
    }
  }
  const isKeptFromMending = shown.steps === refreshAndHold && process.env['FULL'] !== undefined;
  const again = async () => {
    if (isKeptFromMending) {
      await tab.clearFaults();
      await place.getByText(sentence).first().waitFor({ state: 'detached' });
      await reach();
      await place.getByText(sentence).first().waitFor();
    }
  };
  await gallery.take({
    page,
    again,
    state: shown.state,
    sentence,
    primaryAction: action,
    switchUsed: [...switches.map(wordsOfSwitch), shown.path].join('; '),
    result: shown.result,
  });
  await again();
  await shown.press(tab, pressable(place, action));
});

const pressable = (place: ReturnType<Page['locator']>, action: PagesState['action']) => {
  const byName = { name: action ?? '', exact: typeof action === 'string' };
  return place.getByRole('button', byName).or(place.getByRole('link', byName)).first();
};

test('axe finds nothing in any of these states', () => {
  expect(gallery.violations()).toEqual([]);
});
