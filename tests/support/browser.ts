import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserServer,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = fileURLToPath(new URL('../../artifacts/screenshots', import.meta.url));

/** Debian's Chromium, without the calls home that a closed network would refuse. */
const LAUNCH = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Where the run's own Chromiums listen, separated by spaces. */
export const CHROMIUMS_AT = 'CHATGATE_TEST_CHROMIUMS';

export const launchChromiumServer = (): Promise<BrowserServer> => chromium.launchServer(LAUNCH);

/** The Chromium of this worker, or one of one's own. Closing it leaves the other's contexts alone. */
export function openChromium(): Promise<Browser> {
  const addresses = (process.env[CHROMIUMS_AT] ?? '').split(' ').filter(Boolean);
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 1) - 1;
  const address = addresses[worker % addresses.length];
  return address === undefined ? chromium.launch(LAUNCH) : chromium.connect(address);
}

export type Theme = 'light' | 'dark';
type Picture = { name: string; theme: Theme; rules: keyof typeof RULES };

/** Looks at screens: writes their pictures and lets axe judge each, in both themes. */
export function createLook(folder: string) {
  const seen = new Set<string>();
  const violations: string[] = [];
  mkdirSync(join(SHOTS, folder), { recursive: true });

  async function shoot(page: Page, picture: Picture): Promise<void> {
    const { name, theme, rules } = picture;
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // Colours change with a transition; a picture in the middle of it shows neither theme.
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(SHOTS, folder, `${name}-${theme}.png`) });
    for (const violation of await violationsOf(page, rules)) {
      violations.push(`${name}, ${theme}: ${violation}`);
    }
  }

  return {
    at: async (page: Page, name: string): Promise<void> => {
      if (seen.has(name)) {
        return;
      }
      seen.add(name);
      // Between the themes only colours differ.
      await shoot(page, { name, theme: 'dark', rules: 'contrast' });
      await shoot(page, { name, theme: 'light', rules: 'all' });
    },
    /** What axe found on any of the screens so far. */
    violations: () => [...violations],
  };
}

export type Look = ReturnType<typeof createLook>;

const RULES = {
  all: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
  contrast: { type: 'rule', values: ['color-contrast'] },
} as const;

/** What axe finds on the page as it is now. */
export async function violationsOf(
  page: Page,
  rules: keyof typeof RULES = 'all',
): Promise<string[]> {
  // Evaluated, not added as a tag: our content security policy forbids scripts that are not ours.
  if (!(await page.evaluate('"axe" in globalThis'))) {
    await page.evaluate(AXE);
  }
  return page.evaluate(async (runOnly) => {
    const axe = Reflect.get(globalThis, 'axe');
    const { violations: found } = await axe.run({ runOnly });
    return found.map(
      (violation: { id: string; help: string; nodes: { html: string }[] }) =>
        `${violation.id}: ${violation.help}: ${violation.nodes.map(({ html }) => html).join(' | ')}`,
    );
  }, RULES[rules]);
}

export type { Browser, BrowserContext, Locator, Page };
