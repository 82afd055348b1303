import type { Locator, Page } from '../support/browser.ts';
import { closeByOk, type Stage } from './stage.ts';

export const OLENA = 'olena@example.test';
export const MARCUS = 'marcus@example.test';
export const AISHA = 'aisha@example.test';
export const NOAH = 'noah@example.test';
export const APP = '280011223344556';

/** Of the demo's seed. */
export const PAGES = {
  bakery: { id: '1080000000000101', name: 'Riverside Bakery' },
  books: { id: '1080000000000102', name: 'Blue Door Books' },
  nova: { id: '1080000000000103', name: 'Nova Fitness 💪✨' },
  palm: { id: '1080000000000104', name: 'مقهى النخيل' },
  zatyshok: { id: '1080000000000105', name: 'Кав’ярня «Затишок»' },
  dental: { id: '1080000000000106', name: 'Harbour Dental' },
  taxi: { id: '1080000000000109', name: 'Green Taxi' },
  museum: { id: '1080000000000110', name: 'Old Mill Museum' },
} as const;

/** A button of the stand-in for Meta: where it is posted under `/emulator/api/`, and with what. */
export type Switch = readonly [path: string, body: object];

export const wordsOfSwitch = ([path, body]: Switch) =>
  `POST /emulator/api/${path} ${JSON.stringify(body)}`;

export type Passing = {
  readonly person: string;
  readonly pages?: 'all' | readonly string[];
  readonly decline?: readonly string[];
};

/** The tab "Facebook pages" of one gateway, as a person handles it, and Meta's switches beside it. */
export function createTab({ page, stage }: { page: Page; stage: Stage }) {
  const press = async ([path, body]: Switch): Promise<unknown> => {
    const response = await fetch(`${stage.metaUrl}/emulator/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  };
  const row = (name: string): Locator =>
    page.getByRole('row').filter({ has: page.getByRole('switch', { name: switchOf(name) }) });
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });

  const tab = {
    page,
    press,
    row,
    button,
    switchOf: (name: string) => page.getByRole('switch', { name: switchOf(name) }),
    /** Clicks a switch; its input lies under the drawn one. */
    toggle: (name: string) =>
      page.getByRole('switch', { name: switchOf(name) }).click({ force: true }),
    async save(): Promise<void> {
      await button('Save').click();
      await page.getByText('Data saved').first().waitFor();
      await page.getByText('No unsaved changes').waitFor();
    },
    async clearFaults(): Promise<void> {
      await fetch(`${stage.metaUrl}/emulator/api/faults`, { method: 'DELETE' });
    },
    /** Presses *Refresh* and waits until Meta was read. */
    async refresh(): Promise<void> {
      const done = refreshed(page);
      await button('Refresh').click();
      await done;
    },
    /** A window opened by a press, at Meta's first window; `address` is that of its dialog. */
    async windowBy(pressed: Locator): Promise<{ window: Page; address: string }> {
      const [window, request] = await Promise.all([
        page.waitForEvent('popup'),
        page.context().waitForEvent('request', (one) => one.url().includes('/dialog/oauth')),
        pressed.click(),
      ]);
      await window.waitForURL(/login-window/);
      return { window, address: request.url() };
    },
    /** Through Meta's windows by the control API, up to our own result. */
    async pass({ window, address }: { window: Page; address: string }, passing: Passing) {
      await window.waitForURL(/login-window/);
      const answer = await press(['authorize', { url: address, ...passing }]);
      const { redirect } = answer as { redirect: string };
      await window.goto(redirect);
      await window.getByRole('button', { name: 'OK' }).waitFor();
    },
    /** *Add or Remove Pages* as somebody, from the click to *OK*. */
    async connect(passing: Passing): Promise<void> {
      const opened = await tab.windowBy(button('Add or Remove Pages'));
      await tab.pass(opened, passing);
      await closeByOk(opened.window);
      await page.getByText(/added, .* kept, .* removed/).waitFor();
      await button('Dismiss').click();
    },
  };
  return tab;
}

export type Tab = ReturnType<typeof createTab>;

const switchOf = (name: string) => `Webhook subscription for ${name}`;

/** Resolves when the reading that is asked for next is over; that of an earlier one may be asked for as well. */
async function refreshed(page: Page): Promise<void> {
  const started = page
    .waitForResponse(
      (response) =>
        response.request().method() === 'POST' && response.url().endsWith('/pages/refresh'),
    )
    .then((response) => response.json() as Promise<{ jobId: string }>);
  await page.waitForResponse(
    async (response) =>
      /pages\/refresh\/ref_/.test(response.url()) &&
      response.url().includes((await started).jobId) &&
      (await response.json().catch(() => ({}))).state !== 'running',
  );
}
