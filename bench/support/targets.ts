import { keepEvidence, type Target } from './evidence.ts';
import { isQuick, outFolder } from './options.ts';

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

/** Prints each target, then the result as JSON on the last line; `--out` has it written down. */
export function printResult(
  figures: { readonly name: string; readonly [figure: string]: unknown },
  targets: readonly Target[],
): void {
  for (const { what, wanted, measured, met } of targets) {
    console.log(`${met ? 'met' : 'MISSED'}: ${what} ${measured} (${wanted})`);
  }
  const met = targets.every((one) => one.met);
  const result = { ...figures, ...(isQuick ? { quick: true } : {}), targets, met };
  if (outFolder !== undefined) {
    const at = new Date(performance.timeOrigin).toISOString();
    const seconds = Math.round(performance.now() / 1_000);
    keepEvidence(outFolder, { name: figures.name, run: { at, seconds, result } });
  }
  console.log(JSON.stringify(result));
}
