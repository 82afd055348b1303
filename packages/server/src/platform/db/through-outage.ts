import { setTimeout as pause } from 'node:timers/promises';
import { isOutage } from './outage.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Resolves after so long, or when it is aborted. */
export type Rest = (ms: number, stopping: AbortSignal) => Promise<void>;

const byTimer: Rest = (ms, stopping) => pause(ms, undefined, { signal: stopping }).catch(() => {});

/**
 * Runs `work` until the database lets it: for what is known in this process alone and would be lost
 * otherwise. Whether a commit went through whose answer was lost, nobody knows: `work` must do no
 * harm when it is done twice. Throws what the database said when `stopping` is aborted meanwhile.
 */
export async function throughOutages<T>(
  work: () => Promise<T>,
  stopping: AbortSignal,
  rest: Rest = byTimer,
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || stopping.aborted) {
        throw error;
      }
      await rest(pauseMs, stopping);
    }
  }
}
