import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EmulatorState } from './entities.ts';
import type { Store } from './store.ts';

const DEBOUNCE_MS = 150;

/** The state a former run left behind, if any. A file that cannot be read counts as none. */
export function loadState(file: string): EmulatorState | undefined {
  try {
    const state: EmulatorState = JSON.parse(readFileSync(file, 'utf8'));
    return state.format === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the state a moment after it changed, as a whole and atomically. */
export function createPersistence({ store, file }: { store: Store; file: string }) {
  let timer: NodeJS.Timeout | undefined;
  let tookMs = 0;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const startedAt = performance.now();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, JSON.stringify(store.state));
    renameSync(`${file}.tmp`, file);
    tookMs = performance.now() - startedAt;
  };
  store.onChange(() => {
    // A long queue takes long to write: never spend more than a tenth of the time on it.
    timer ??= setTimeout(flush, Math.max(DEBOUNCE_MS, 10 * tookMs)).unref();
  });
  return { flush };
}
