import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Page, type Theme, violationsOf } from '../support/browser.ts';
import { type Entry, galleryPage } from './gallery-page.ts';

const GALLERY = fileURLToPath(new URL('../../artifacts/gallery', import.meta.url));
const NARROW = { width: 360, height: 740 };
const THEMES: readonly Theme[] = process.env['FULL'] ? ['dark', 'light'] : ['light'];

export type Shown = {
  /** The state's name as product.md has it. */
  readonly state: string;
  /** What the screen says; it has to be there. */
  readonly sentence: string | RegExp;
  /** Accessible name of the one button or link to press; null where there is nothing to do. */
  readonly primaryAction: string | RegExp | null;
  /** How to get here with the stand-in for Meta: a fault, a control call or a path of clicks. */
  readonly switchUsed: string;
};

/**
 * Pictures of states, each with the switch that produced it. A state is taken only when its sentence
 * and its action are on the screen. `close` writes `artifacts/gallery/index.html` from what every
 * test file has left there, so files and their order do not matter.
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

  async function shoot(page: Page, { state, look }: { state: string; look: string }) {
    const file = `${prefix}${slugOf(state)}-${look}.png`;
    await page.screenshot({ path: join(GALLERY, file), animations: 'disabled' });
    for (const violation of await violationsOf(page)) {
      violations.push(`${state}, ${look}: ${violation}`);
    }
    return file;
  }

  return {
    async take({ page, ...shown }: Shown & { readonly page: Page }): Promise<void> {
      const { state, sentence, primaryAction, switchUsed } = shown;
      await page.getByText(sentence).first().waitFor();
      if (primaryAction !== null) {
        const byName = { name: primaryAction, exact: typeof primaryAction === 'string' };
        const pressed = page.getByRole('button', byName).or(page.getByRole('link', byName));
        await pressed.first().waitFor();
      }
      const pictures: string[] = [];
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        pictures.push(await shoot(page, { state, look: theme }));
      }
      if (process.env['FULL']) {
        const wide = page.viewportSize();
        await page.setViewportSize(NARROW);
        pictures.push(await shoot(page, { state, look: 'narrow' }));
        await page.setViewportSize(wide ?? { width: 1280, height: 960 });
      }
      entries.push({
        state,
        sentence: wordsOf(sentence),
        primaryAction: primaryAction === null ? null : wordsOf(primaryAction),
        switchUsed,
        pictures,
      });
    },
    /** What axe found in any of the states so far. */
    violations: (): readonly string[] => [...violations],
    /** The states taken so far. */
    states: (): readonly string[] => entries.map(({ state }) => state),
    close(): void {
      writeFileSync(join(GALLERY, `${prefix}entries.json`), JSON.stringify(entries));
      const parts = readdirSync(GALLERY)
        .filter((file) => file.endsWith('-entries.json'))
        .toSorted()
        .map((file) => ({
          title: file.replace(/-entries\.json$/, ''),
          entries: JSON.parse(readFileSync(join(GALLERY, file), 'utf8')) as Entry[],
        }));
      writeFileSync(join(GALLERY, 'index.html'), galleryPage(parts));
    },
  };
}

const slugOf = (state: string) =>
  state
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
const wordsOf = (words: string | RegExp) => (typeof words === 'string' ? words : words.source);
