import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type BrowserContext,
  type Locator,
  type Page,
  type Theme,
  violationsOf,
} from '../support/browser.ts';
import { type Entry, galleryPage } from './gallery-page.ts';

const GALLERY = fileURLToPath(new URL('../../artifacts/gallery', import.meta.url));
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 960 };
const THEMES: readonly Theme[] = ['dark', 'light'];
const isLong = process.env['FULL'] !== undefined;

export type Shown = {
  /** The state's name as product.md has it. */
  readonly state: string;
  /** What the screen says; it has to be there. */
  readonly sentence: string | RegExp;
  /** Accessible name of the one button or link to press; null where there is nothing to do. */
  readonly primaryAction: string | RegExp | null;
  /** How to get here with the stand-in for Meta: a fault, a control call or a path of clicks. */
  readonly switchUsed: string;
  /** What pressing the action leads to. */
  readonly result?: string;
};

type Taking = Shown & {
  readonly page: Page;
  /** Brings back a state that mends itself before so many pictures are taken. */
  readonly again?: () => Promise<void>;
};

/**
 * Pictures of states, each with the switch that produced it. A state is taken only when its sentence
 * and its action are on the screen. At the end of the run `writeGalleryPage` makes a page of what
 * every test file has left, so files and their order do not matter.
 */
export function openGallery(name: string) {
  const entries: Entry[] = [];
  const violations: string[] = [];
  const prefix = `${name}-`;
  mkdirSync(GALLERY, { recursive: true });
  for (const file of readdirSync(GALLERY)) {
    if (file.startsWith(prefix)) {
      rmSync(join(GALLERY, file));
    }
  }

  async function shoot(page: Page, { state, look, said }: Shot) {
    await bringIntoView(page, said);
    const file = `${prefix}${slugOf(state)}-${look}.png`;
    await page.screenshot({ path: join(GALLERY, file), animations: 'disabled' });
    if (look === 'dark' && !isLong) {
      return file;
    }
    for (const violation of await violationsOf(page)) {
      violations.push(`${state}, ${look}: ${violation}`);
    }
    return file;
  }
  async function shootNarrow(page: Page, named: Shot) {
    const wide = page.viewportSize() ?? WIDE;
    await page.setViewportSize(NARROW);
    const file = await shoot(page, named);
    await page.setViewportSize(wide);
    return file;
  }

  return {
    async take({ page, again, ...shown }: Taking): Promise<void> {
      const { state, sentence, primaryAction, switchUsed, result } = shown;
      const sentenceHere = page.getByText(sentence).first();
      await sentenceHere.waitFor();
      if (primaryAction !== null) {
        const byName = { name: primaryAction, exact: typeof primaryAction === 'string' };
        const pressed = page.getByRole('button', byName).or(page.getByRole('link', byName));
        await pressed.first().waitFor();
      }
      const pictures: string[] = [];
      let said = await sentenceHere.elementHandle();
      // What lies under the mouse looks pressed, or says its name over something else.
      await page.mouse.move(0, 0);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        // The admin follows in a moment; the sample endpoint's page has styles only.
        const withoutTheme = 'html:not([data-mantine-color-scheme])';
        await page.locator(`${withoutTheme}, html[data-mantine-color-scheme=${theme}]`).waitFor();
        pictures.push(await shoot(page, { state, look: theme, said }));
      }
      if (isLong) {
        await again?.();
        said = await sentenceHere.elementHandle();
        pictures.push(await shootNarrow(page, { state, look: 'narrow', said }));
        await inUkrainian(page, async () => {
          pictures.push(await shoot(page, { state, look: 'ukrainian', said }));
          pictures.push(await shootNarrow(page, { state, look: 'ukrainian-narrow', said }));
        });
      }
      entries.push({
        state,
        sentence: wordsOf(sentence),
        primaryAction: primaryAction === null ? null : wordsOf(primaryAction),
        switchUsed,
        result: result ?? null,
        pictures,
      });
    },
    /** What axe found in any of the states so far. */
    violations: (): readonly string[] => [...violations],
    /** The states taken so far. */
    states: (): readonly string[] => entries.map(({ state }) => state),
    close(): void {
      writeFileSync(join(GALLERY, `${prefix}entries.json`), JSON.stringify(entries));
    },
  };
}

/** Writes `artifacts/gallery/index.html`. */
export function writeGalleryPage(): void {
  mkdirSync(GALLERY, { recursive: true });
  const parts = readdirSync(GALLERY)
    .filter((file) => file.endsWith('-entries.json'))
    .toSorted()
    .map((file) => ({
      title: file.replace(/-entries\.json$/, ''),
      entries: JSON.parse(readFileSync(join(GALLERY, file), 'utf8')) as Entry[],
    }));
  writeFileSync(join(GALLERY, 'index.html'), galleryPage(parts));
}

type Said = Awaited<ReturnType<Locator['elementHandle']>>;
/** `said` is what holds the sentence; in another language it is still the same element. */
type Shot = { readonly state: string; readonly look: string; readonly said: Said };

/** The top of the screen where the state is seen there, otherwise the state in its middle. */
async function bringIntoView(page: Page, said: Said): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  const { height } = page.viewportSize() ?? WIDE;
  await said?.evaluate((element, lowest) => {
    if (element.getBoundingClientRect().bottom > lowest) {
      element.scrollIntoView({ block: 'center' });
    }
  }, 0.7 * height);
}

const choosers = new WeakMap<BrowserContext, Promise<Page>>();

/** The language is chosen in another tab of the same browser: nothing on this screen is touched. */
async function inUkrainian(page: Page, look: () => Promise<void>): Promise<void> {
  const context = page.context();
  const known = await choosers.get(context);
  const isOpen = known?.isClosed() === false;
  const chooser = isOpen ? known : await openChooser(context, page.url());
  for (const [language, name] of [
    ['uk', 'Українська'],
    ['en', 'English'],
  ] as const) {
    await chooser.getByText(name, { exact: true }).click();
    await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
    if (language === 'uk') {
      await look();
    }
  }
}

function openChooser(context: BrowserContext, url: string): Promise<Page> {
  const opened = (async () => {
    const chooser = await context.newPage();
    await chooser.goto(new URL('/gateways', url).href);
    await chooser.getByRole('button', { name: /^Account and settings of / }).click();
    return chooser;
  })();
  choosers.set(context, opened);
  return opened;
}

const slugOf = (state: string) =>
  state
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
const wordsOf = (words: string | RegExp) => (typeof words === 'string' ? words : words.source);
