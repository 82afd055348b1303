import { isQuick } from './options.ts';

/** One promise of the bench: what was measured against what is wanted. */
export type Target = {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number | null;
  readonly met: boolean;
};

/** Undefined: it was not measured in this run, because something else was asked for. */
type Figure = number | undefined;

export function atLeast(what: string, measured: Figure, least: number): Target[] {
  return target({ what, wanted: `at least ${least}`, measured, isMet: (n) => n >= least });
}

export function atMost(what: string, measured: Figure, most: number): Target[] {
  return target({ what, wanted: `at most ${most}`, measured, isMet: (n) => n <= most });
}

function target(given: {
  what: string;
  wanted: string;
  measured: Figure;
  isMet: (measured: number) => boolean;
}): Target[] {
  const { what, wanted, measured, isMet } = given;
  if (measured === undefined) {
    return [];
  }
  // What could not be computed is not met, and JSON has no NaN.
  const isNumber = Number.isFinite(measured);
  return [{ what, wanted, measured: isNumber ? measured : null, met: isNumber && isMet(measured) }];
}

/** Prints each target, then the result as JSON on the last line. */
export function printResult(
  figures: { readonly name: string; readonly [figure: string]: unknown },
  targets: readonly Target[],
): void {
  for (const { what, wanted, measured, met } of targets) {
    console.log(`${met ? 'met' : 'MISSED'}: ${what} ${measured} (${wanted})`);
  }
  const met = targets.every((one) => one.met);
  console.log(JSON.stringify({ ...figures, ...(isQuick ? { quick: true } : {}), targets, met }));
}
