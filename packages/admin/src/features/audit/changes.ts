import { isRecord } from '../../shared/api/api-error.ts';

export interface Change {
  /** Where in the entry, for example `account.name`; empty when the entry is one bare value. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What differs between the two sides of an entry, one line per value. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  const old = leaves(before);
  const fresh = leaves(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((change) => change.before !== change.after);
}

function leaves(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  collect(value, [], found);
  return found;
}

function collect(value: unknown, path: readonly string[], found: Map<string, string>): void {
  if (value === null || value === undefined) return;
  if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, [...path, key], found);
  } else {
    found.set(path.join('.'), Array.isArray(value) ? listWords(value) : String(value));
  }
}

function listWords(items: readonly unknown[]): string {
  return items
    .map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item)))
    .join(', ');
}
