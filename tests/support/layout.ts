import type { Page } from 'playwright-core';

/** Something to press or to fill, and where it is. */
type Control = {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Inside something that scrolls by itself: it may lie outside of the window. */
  readonly scrolls: boolean;
  readonly isCut: boolean;
  /** What it belongs to: controls of one field, or of different layers, may lie upon each other. */
  readonly field: number;
  readonly layer: number;
  /** Numbers of the controls around it. */
  readonly within: readonly number[];
};

const CONTROLS = 'a[href], button, input, select, textarea, [role="switch"], [role="tab"]';
const TOLERANCE = 2;

/**
 * What is wrong with how the page is laid out: it is wider than its window, something to press lies
 * outside or upon something else, or a label is cut off without saying so. In words, empty when good.
 */
export async function layoutProblems(page: Page): Promise<string[]> {
  const { width, needed } = await page.locator('html').evaluate((html) => ({
    width: html.clientWidth,
    needed: html.scrollWidth,
  }));
  const controls = await page.locator(CONTROLS).evaluateAll(measure);
  const shown = controls.filter((control) => control !== null);
  return [
    ...(needed > width + 1 ? [`the page is ${needed} wide in ${width}`] : []),
    ...shown
      .filter(({ left, right, scrolls }) => !scrolls && isOutside({ left, right }, width))
      .map(({ name, left, right }) => `"${name}" lies outside: ${left} to ${right} of ${width}`),
    ...shown.filter(({ isCut }) => isCut).map(({ name }) => `"${name}" is cut off`),
    ...controls.flatMap((control, number) => overlaps(controls, control, number)),
  ];
}

const isOutside = ({ left, right }: { left: number; right: number }, width: number) =>
  left < -TOLERANCE || right > width + TOLERANCE;

function overlaps(
  controls: readonly (Control | null)[],
  one: Control | null,
  number: number,
): string[] {
  return controls
    .slice(number + 1)
    .filter((other) => one && other && !other.within.includes(number) && isUpon(one, other))
    .map((other) => `"${one?.name}" and "${other?.name}" lie upon each other`);
}

function isUpon(a: Control, b: Control): boolean {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const mayBe = a.layer !== b.layer || (a.field !== -1 && a.field === b.field);
  return !mayBe && across > TOLERANCE && down > TOLERANCE;
}

/** Runs in the page. Null for what nobody sees: hidden, or of hardly any size. */
function measure(elements: Measured[]): (Control | null)[] {
  const MIN_SIZE = 8;
  const layers: unknown[] = [];
  const fields: unknown[] = [];
  const styleOf = (element: Measured) =>
    element.ownerDocument.defaultView.getComputedStyle(element);
  const numberOf = (list: unknown[], item: unknown) =>
    list.includes(item) ? list.indexOf(item) : list.push(item) - 1;
  const scrolls = (element: Measured | null): boolean =>
    element !== null &&
    element.parentElement?.parentElement !== null &&
    (/auto|scroll/.test(styleOf(element).overflowX) || scrolls(element.parentElement));
  const isCut = (element: Measured) => {
    const label = element.querySelector('[class*="label"]') ?? element;
    const { overflowX, textOverflow } = styleOf(label);
    const hides = overflowX === 'hidden' && textOverflow !== 'ellipsis';
    return element.matches('button, a') && hides && label.scrollWidth > label.clientWidth + 1;
  };
  // What sticks to the window, or stands in front of it, has the rest pass below.
  const layerOf = (element: Measured): Measured =>
    element.parentElement === null || /sticky|fixed/.test(styleOf(element).position)
      ? element
      : layerOf(element.parentElement);
  // What only screen readers get is clipped away by something around it.
  const isClipped = (element: Measured | null): boolean =>
    element !== null &&
    (/inset|rect/.test(styleOf(element).clipPath) || isClipped(element.parentElement));
  return elements.map((element) => {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    const isSeen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!isSeen || isClipped(element) || width <= MIN_SIZE || height <= MIN_SIZE) {
      return null;
    }
    const words = element.getAttribute('aria-label') ?? element.textContent;
    const field = element.closest('label, [class*="Input-wrapper"], [class*="Input-root"]');
    return {
      ...{ left, right, top, bottom },
      name: words.trim().slice(0, 40) || element.outerHTML.slice(0, 90),
      scrolls: scrolls(element.parentElement),
      isCut: isCut(element),
      field: field === null ? -1 : numberOf(fields, field),
      layer: numberOf(layers, layerOf(element)),
      within: elements.flatMap((other, n) =>
        other !== element && other.contains(element) ? [n] : [],
      ),
    };
  });
}

/** As much of an element as is measured; the types of the DOM are not among those of tests. */
type Measured = {
  readonly ownerDocument: {
    readonly defaultView: {
      readonly getComputedStyle: (
        element: Measured,
      ) => Record<'overflowX' | 'textOverflow' | 'position' | 'clipPath', string>;
    };
  };
  readonly parentElement: Measured | null;
  readonly textContent: string;
  readonly outerHTML: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly getAttribute: (name: string) => string | null;
  readonly getBoundingClientRect: () => Record<
    'left' | 'right' | 'top' | 'bottom' | 'width' | 'height',
    number
  >;
  readonly checkVisibility: (options: object) => boolean;
  readonly closest: (selector: string) => Measured | null;
  readonly querySelector: (selector: string) => Measured | null;
  readonly matches: (selector: string) => boolean;
  readonly contains: (other: Measured) => boolean;
};
