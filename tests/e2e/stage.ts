import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmulator, type Emulator, type Seed } from '@chatgate/meta-emulator';
import { createApp, loadConfig, silentLog, systemClock, systemRandom } from '@chatgate/server';
import {
  type BrowserContext,
  createLook,
  type Look,
  openChromium,
  type Page,
} from '../support/browser.ts';
import { createDatabase } from '../support/run-postgres.ts';
import {
  ADMIN,
  freePort,
  SERVER_ENV,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts';

const NO_LOOK: Look = { at: async () => {}, violations: () => [] };
const FAILURES = fileURLToPath(new URL('../../artifacts/failures', import.meta.url));

export type Engine = 'sqlite' | 'postgres';

export type Visitor = {
  readonly locale?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
};

export type Stage = {
  readonly url: string;
  readonly meta: Emulator;
  readonly metaUrl: string;
  /** A browser of its own, signed in nowhere. */
  readonly visitor: (options?: Visitor) => Promise<BrowserContext>;
  readonly look: Look;
  /** What every open page shows, for a test that failed. */
  readonly keepPicture: (title: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * The product as a person meets it: the server in a process of its own, reached as `127.0.0.1`; the
 * stand-in for Meta reached as `localhost`, which is another site, as facebook.com is.
 */
export async function openStage(options: {
  name: string;
  engine: Engine;
  seed?: Seed;
  /** False where another file looks at the same screens: no pictures, and axe judges nothing. */
  looks?: boolean;
  /** Runs the server in this process, by this clock. */
  clock?: { now: () => number };
  /** Settings besides the usual ones. */
  settings?: Record<string, string>;
}): Promise<Stage> {
  const { name, engine, seed, looks = true, clock = systemClock, settings = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-e2e-'));
  const metaPort = await freePort();
  const meta = createEmulator({
    clock,
    port: metaPort,
    publicUrl: `http://127.0.0.1:${metaPort}`,
    dialogUrl: `http://localhost:${metaPort}`,
    ...(seed ? { seed } : {}),
  });
  await meta.start();
  const postgres = engine === 'postgres' ? await createDatabase() : undefined;
  const port = await freePort();
  const start = options.clock ? startServerInProcess : startServerProcess;
  const env = {
    PORT: String(port),
    DATA_DIR: folder,
    CHATGATE_META_GRAPH_URL: `http://127.0.0.1:${metaPort}`,
    CHATGATE_META_DIALOG_URL: `http://localhost:${metaPort}`,
    ...(postgres ? { DATABASE_URL: postgres.url } : {}),
    ...settings,
  };
  const server = await start(env, clock);
  const browser = await openChromium();
  return {
    url: server.url,
    meta,
    metaUrl: `http://localhost:${metaPort}`,
    look: looks ? createLook(name) : NO_LOOK,
    async visitor(options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 960 },
        ...options,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      context.setDefaultTimeout(30_000);
      return context;
    },
    async keepPicture(title) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      for (const [index, page] of pages.entries()) {
        await page.screenshot({ path: `${FAILURES}/${title}-${index}.png` }).catch(() => {});
      }
    },
    async close() {
      await browser.close();
      await server.stop();
      await postgres?.remove();
      await meta.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServerInProcess(
  env: Record<string, string>,
  clock: { now: () => number },
): Promise<Pick<ServerProcess, 'url' | 'stop'>> {
  const app = await createApp(loadConfig({ ...SERVER_ENV, ...env }), {
    clock,
    random: systemRandom,
    log: silentLog,
    undeclaredErrors: 'refuse',
  });
  const { url } = await app.start();
  return {
    url,
    async stop() {
      await app.stop();
      return 0;
    },
  };
}

export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Chat gateways' }).waitFor();
}

/** Creates the gateway by its form; ends on its General tab. */
export async function createGateway(page: Page, meta: Emulator): Promise<void> {
  const [app] = Object.values(meta.state.apps);
  await page
    .getByRole('button', { name: 'Add' })
    .or(page.getByRole('link', { name: 'Add' }))
    .first()
    .click();
  await page.getByRole('heading', { name: 'New Messenger gateway' }).waitFor();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Shop');
  await page.getByLabel('App ID').fill(app?.id ?? '');
  await page.getByLabel('App secret').fill(app?.secret ?? '');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.', { exact: false }).first().waitFor();
}

export type LogIn = {
  readonly email: string;
  readonly password: string;
  /** Names of Pages to tick; all others are un-ticked. Absent: all current and future ones. */
  readonly pages?: readonly string[];
  readonly look?: (window: Page, name: string) => Promise<void>;
};

/** Walks through Meta's windows as that person would, up to our own result. */
export async function logInAtMeta(window: Page, logIn: LogIn): Promise<void> {
  const look = logIn.look ?? (async () => {});
  const press = (name: string | RegExp) => window.getByRole('button', { name }).click();
  await window
    .getByRole('button', { name: /^(Log in|Continue as)/ })
    .first()
    .waitFor();
  if (await window.getByRole('button', { name: 'Not you?' }).isVisible()) {
    await press('Not you?');
  }
  await window.getByLabel('Email').waitFor();
  await look(window, 'meta-log-in');
  await window.getByLabel('Email').fill(logIn.email);
  await window.getByLabel('Password').fill(logIn.password);
  await press('Log in');
  await window.getByRole('button', { name: /^Continue as/ }).waitFor();
  if (await window.getByRole('button', { name: 'Edit settings' }).isVisible()) {
    await look(window, 'meta-return-visit');
    await press('Edit settings');
  } else {
    await look(window, 'meta-continue-as');
    await press(/^Continue as/);
  }
  await window.getByRole('button', { name: 'Next' }).waitFor();
  if (logIn.pages) {
    await window.getByLabel('Opt in to current Pages only').check();
    await look(window, 'meta-choose-pages');
    for (const box of await window.getByRole('checkbox').all()) {
      const label = await box.evaluate((input) => input.closest('label')?.textContent ?? '');
      await box.setChecked(logIn.pages.some((name) => label.includes(name)));
    }
  } else {
    await window.getByLabel('Opt in to all current and future Pages').check();
  }
  await press('Next');
  await window.getByRole('button', { name: 'Done' }).waitFor();
  await look(window, 'meta-permissions');
  await press('Done');
  await window.getByRole('button', { name: 'OK' }).waitFor();
  await look(window, 'meta-linked');
  await press('OK');
}

/** Presses *Add or Remove Pages* and gives the window that opens. */
export async function openWindow(page: Page): Promise<Page> {
  const [window] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Add or Remove Pages' }).click(),
  ]);
  return window;
}

/** Presses the OK of our own result, which may close the window before the click has ended. */
export async function pressOk(window: Page): Promise<void> {
  await window
    .getByRole('button', { name: 'OK' })
    .click()
    .catch((error: Error) => {
      if (!/closed/.test(error.message)) {
        throw error;
      }
    });
}

export async function closeByOk(window: Page): Promise<void> {
  await Promise.all([window.waitForEvent('close'), pressOk(window)]);
}
