import { parseArgs } from 'node:util';

/** What every bench understands beside its name. */
const { values } = parseArgs({
  options: {
    /** A run of seconds that shows that the bench works; its figures mean nothing. */
    quick: { type: 'boolean', default: false },
    /** Only these, by comma: engines, or contenders of `ingest`. */
    only: { type: 'string' },
    /** A folder to write the result into, see `evidence.ts`. */
    out: { type: 'string' },
  },
});

export const isQuick = values.quick;
export const outFolder = values.out;

/** The long value is what counts; the short one tries the code. */
export function inFull<T>(full: T, quick: T): T {
  return isQuick ? quick : full;
}

const only = values.only?.split(',');

export function isWanted(name: string): boolean {
  return only === undefined || only.includes(name);
}

export type Engine = 'sqlite' | 'postgres';

export const wantedEngines = (['sqlite', 'postgres'] as const).filter(isWanted);
