import type { Locator, Page } from 'playwright-core';
import { vi } from 'vitest';

const OPENER = 'chatgateOpener';
const MAX_TABS = 60;

/** Remembers what was pressed last outside of dialogs: the focus belongs there when the dialog is gone. */
export async function watchOpener(page: Page): Promise<void> {
  await page.evaluate((name) => {
    Reflect.get(globalThis, 'addEventListener')(
      'click',
      ({ target }: { target: Focusable }) =>
        target.closest('[role=dialog]') ??
        Reflect.set(globalThis, name, target.closest('a, button, input')),
      true,
    );
  }, OPENER);
}

/**
 * What is wrong with the open dialog for who has no mouse: the focus does not start in it, Tab or
 * Shift+Tab leaves it, Escape does not close it, or the focus does not go back to what opened it.
 */
export async function dialogProblems(page: Page): Promise<string[]> {
  const dialog = page.getByRole('dialog').first();
  if (!(await dialog.isVisible())) {
    return [];
  }
  const problems: string[] = [];
  if (!(await becomes(() => holdsFocus(dialog)))) {
    problems.push(`the focus starts outside of the dialog, on ${await focused(page)}`);
  }
  for (const key of ['Shift+Tab', 'Tab']) {
    problems.push(...(await leaves(page, dialog, key)));
  }
  await page.keyboard.press('Escape');
  if (!(await becomes(async () => !(await dialog.isVisible())))) {
    return [...problems, 'Escape does not close the dialog'];
  }
  const isBack = () =>
    page.evaluate(
      (name) =>
        Reflect.get(globalThis, name) ===
        Reflect.get(Reflect.get(globalThis, 'document'), 'activeElement'),
      OPENER,
    );
  if (!(await becomes(isBack))) {
    problems.push(`the focus goes from the dialog to ${await focused(page)}`);
  }
  return problems;
}

/** Once around: until the focus is where it began, or outside. */
async function leaves(page: Page, dialog: Locator, key: string): Promise<string[]> {
  const first = await focused(page);
  for (let presses = 0; presses < MAX_TABS; presses += 1) {
    await page.keyboard.press(key);
    if (!(await holdsFocus(dialog))) {
      return [`${key} leads out of the dialog, to ${await focused(page)}`];
    }
    if ((await focused(page)) === first) {
      return [];
    }
  }
  return [];
}

const holdsFocus = (dialog: Locator) =>
  dialog.evaluate((box) => box.contains(box.ownerDocument.activeElement));

const focused = (page: Page) =>
  page
    .locator('html')
    .evaluate((html) => html.ownerDocument.activeElement?.outerHTML.slice(0, 160));

/** A dialog comes and goes with a transition, and hands the focus on after it. */
const becomes = (condition: () => Promise<boolean>): Promise<boolean> =>
  vi.waitUntil(condition, { timeout: 2_000, interval: 20 }).then(
    () => true,
    () => false,
  );

type Focusable = { readonly closest: (selector: string) => unknown };
