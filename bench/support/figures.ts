import { readdirSync, readFileSync } from 'node:fs';

export type Quartiles = { readonly q1: number; readonly median: number; readonly q3: number };

export function quartiles(values: readonly number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  return { q1: quantile(sorted, 0.25), median: quantile(sorted, 0.5), q3: quantile(sorted, 0.75) };
}

/** Of sorted values; between the two nearest ones. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** Linux counts in hundredths of a second. */
const US_PER_TICK = 10_000;

/** Microseconds of processor time of a process and all it started, as far as they still run. */
export function cpuUs(pid: number): number {
  const own = ticksOf(pid);
  return own === undefined
    ? 0
    : own * US_PER_TICK + children(pid).reduce((s, c) => s + cpuUs(c), 0);
}

function statOf(pid: number): string[] | undefined {
  try {
    // The name of the program, in parentheses, may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
  } catch {
    return undefined;
  }
}

function ticksOf(pid: number): number | undefined {
  const stat = statOf(pid);
  // User and system time, of itself and of children that ended.
  return stat && [11, 12, 13, 14].reduce((sum, index) => sum + Number(stat[index]), 0);
}

function children(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))?.[1] === String(pid))
    .map(Number);
}
