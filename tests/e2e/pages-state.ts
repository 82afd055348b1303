import type { Locator } from '../support/browser.ts';
import type { Switch, Tab } from './pages-tab.ts';

/**
 * One state of the tab "Facebook pages": how it comes about, what the screen says, the one thing to
 * press, and what pressing it leads to. A test runs the table; the gallery shows it.
 */
export type PagesState = {
  readonly state: string;
  /** What is done on the product's screens before Meta's switches are pressed. */
  readonly before?: (tab: Tab) => Promise<void>;
  /** Pressed one after the other at the stand-in for Meta. */
  readonly switches?: readonly Switch[];
  /** What is done on the screens then, also in words. */
  readonly steps?: (tab: Tab) => Promise<void>;
  readonly path: string;
  /** Name of the Page whose row says it; absent where the tab does. */
  readonly row?: string;
  readonly sentence: string | RegExp;
  /** What else has to be said at the same place. */
  readonly also?: readonly (string | RegExp)[];
  /** Accessible name of the button or link; null where there is nothing to press. */
  readonly action: string | RegExp | null;
  /** What *Details* holds, by its accessible name. */
  readonly details?: { readonly name: string; readonly holds: readonly (string | RegExp)[] };
  /** What pressing the action leads to, in words. */
  readonly result: string;
  /** Presses it and sees that; leaves the tab as the next state expects it. */
  readonly press: (tab: Tab, action: Locator) => Promise<void>;
};
