import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startThrowawayNats,
  type ThrowawayNats,
} from '../../packages/server/src/test-support/throwaway-nats.ts';
import { type BrowserContext, type Page, type Theme, violationsOf } from '../support/browser.ts';
import { dialogProblems, watchOpener } from '../support/dialog.ts';
import { layoutProblems } from '../support/layout.ts';
import { ADMIN } from '../support/server-process.ts';
import { dialogs } from './dialogs-to-visit.ts';
import { AGENT, type Filled, fillInstallation, fillPast } from './fill-installation.ts';
import {
  denied,
  inside,
  linked,
  OUTSIDE,
  plainPages,
  type Screen,
  UNREACHABLE,
} from './screens-to-visit.ts';
import { type Sink, startSink } from './sink.ts';
import { openStage, type Stage } from './stage.ts';

const WIDE = { width: 1280, height: 960 };
const NARROW = { width: 360, height: 740 };
const SHOTS = new URL('../../artifacts/screenshots/every-screen/', import.meta.url).pathname;

const LOOKS: readonly Look[] = [
  { name: 'wide', theme: 'light', locale: 'en-GB', viewport: WIDE },
  { name: 'wide-dark-uk', theme: 'dark', locale: 'uk-UA', viewport: WIDE },
  { name: 'narrow-dark', theme: 'dark', locale: 'en-GB', viewport: NARROW },
  { name: 'narrow-uk', theme: 'light', locale: 'uk-UA', viewport: NARROW },
];
type Look = {
  readonly name: string;
  readonly theme: Theme;
  readonly locale: string;
  readonly viewport: typeof WIDE;
};

const [FIRST] = LOOKS;

/** Begins ten days ago: what is too old by now has to be made then. */
const time = { offset: -10 * 86_400_000 };
let stage: Stage;
let sink: Sink;
let filled: Filled;
let nats: ThrowawayNats;

/** Slow, because each screen is judged in four ways; a shorter run looks at them in their own files. */
describe.runIf(process.env['FULL'])('every screen', () => {
  beforeAll(async () => {
    nats = await startThrowawayNats();
    const settings = { NATS_URL: `nats://127.0.0.1:${nats.port}` };
    const clock = { now: () => Date.now() + time.offset };
    stage = await openStage({ name: 'every-screen', engine: 'sqlite', settings, clock });
    sink = await startSink();
    const past = await fillPast(stage);
    time.offset = 0;
    filled = await fillInstallation(stage, { past, sinkUrl: sink.url });
  });
  afterAll(async () => {
    await sink.stop();
    await stage.close();
    await nats.remove();
  });

  test.each(LOOKS)(
    'is whole and accessible: $name',
    async (look) => {
      const context = await stage.visitor({ locale: look.locale, viewport: look.viewport });
      const page = await context.newPage();
      const problems: string[] = [];
      const walk = async (screens: readonly Screen[]) => {
        for (const screen of screens) {
          problems.push(...(await judge(page, look, screen)));
        }
      };
      await walk([...OUTSIDE, ...plainPages(filled), ...linked(filled)]);
      await enter(context, AGENT);
      await walk(denied(filled));
      await enter(context, ADMIN);
      await walk([...inside(filled), ...dialogs(filled)]);
      // The network's edge: of the API only who is signed in is still answered, then nothing.
      await page.route(/\/api\/v1\/(?!me$|events\/stream)/, (route) => route.abort());
      await walk(UNREACHABLE);
      await page.route('**/api/**', (route) => route.abort());
      await walk([{ name: 'unreachable-all', path: '/gateways' }]);
      expect(problems).toEqual([]);
      await context.close();
    },
    600_000,
  );
});

async function enter(
  context: BrowserContext,
  who: { readonly email: string; readonly password: string },
): Promise<void> {
  const options = { data: who, headers: { origin: stage.url } };
  const response = await context.request.post(`${stage.url}/api/v1/session`, options);
  expect(response.ok()).toBe(true);
}

async function judge(page: Page, look: Look, { name, path, open }: Screen): Promise<string[]> {
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  // Away first: the same place opened again would keep the dialog that was opened there.
  await page.goto('about:blank');
  await page.goto(`${stage.url}${path}`);
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await settle(page);
  await watchOpener(page);
  await open?.(page);
  await settle(page);
  await takePicture(page, look, { name, isWhole: open === undefined });
  const found = [
    ...(await violationsOf(page)),
    ...(await layoutProblems(page)),
    // The keyboard knows neither colours nor languages.
    ...(look === FIRST ? await dialogProblems(page) : []),
  ];
  return found.map((words) => `${name}: ${words}`);
}

/** The whole of a long screen: a higher window, so that what sticks to its edges stays there. */
async function takePicture(
  page: Page,
  { name: looked, viewport }: Look,
  { name, isWhole }: { readonly name: string; readonly isWhole: boolean },
) {
  const needed = isWhole
    ? await page.locator('html').evaluate((html) => html.scrollHeight)
    : viewport.height;
  await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, needed) });
  await page.screenshot({ path: `${SHOTS}${name}-${looked}.png`, animations: 'disabled' });
  await page.setViewportSize(viewport);
}

/** What is drawn in slices is drawn whole when the browser has nothing to do. */
async function settle(page: Page): Promise<void> {
  const waiting = page.locator('[class*="Skeleton"], [class*="Loader"]').first();
  await waiting.waitFor({ state: 'detached' });
  await page.evaluate('new Promise((resolve) => requestIdleCallback(resolve, { timeout: 500 }))');
}
