import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserServer,
  chromium,
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

/** Where the run's own Chromium listens. */
export const CHROMIUM_AT = 'CHATGATE_TEST_CHROMIUM';

export const launchChromiumServer = (): Promise<BrowserServer> => chromium.launchServer(LAUNCH);

/** The Chromium of this run, or one of one's own. Closing it leaves the other's contexts alone. */
export function openChromium(): Promise<Browser> {
  const address = process.env[CHROMIUM_AT] ?? '';
  return address === '' ? chromium.launch(LAUNCH) : chromium.connect(address);
}

export type Theme = 'light' | 'dark';

/** Looks at screens: writes their pictures and lets axe judge each, in both themes. */
export function createLook(folder: string) {
  const seen = new Set<string>();
  const violations: string[] = [];
  mkdirSync(join(SHOTS, folder), { recursive: true });

  async function shoot(page: Page, name: string, theme: Theme): Promise<void> {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // Colours change with a transition; a picture in the middle of it shows neither theme.
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(SHOTS, folder, `${name}-${theme}.png`) });
    for (const violation of await violationsOf(page)) {
      violations.push(`${name}, ${theme}: ${violation}`);
    }
  }

  return {
    at: async (page: Page, name: string): Promise<void> => {
      if (seen.has(name)) {
        return;
      }
      seen.add(name);
      await shoot(page, name, 'dark');
      await shoot(page, name, 'light');
    },
    /** What axe found on any of the screens so far. */
    violations: () => [...violations],
  };
}

export type Look = ReturnType<typeof createLook>;

/** What axe finds on the page as it is now. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated, not added as a tag: our content security policy forbids scripts that are not ours.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = Reflect.get(globalThis, 'axe');
    const { violations: found } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    });
    return found.map(
      (violation: { id: string; help: string; nodes: { html: string }[] }) =>
        `${violation.id}: ${violation.help}: ${violation.nodes.map(({ html }) => html).join(' | ')}`,
    );
  });
}

export type { Browser, BrowserContext, Page };
