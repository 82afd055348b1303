import { setTimeout as pause } from 'node:timers/promises';

/** Looks until it is so, or until the time is over; gives which. */
export async function waitFor(
  isSo: () => boolean | Promise<boolean>,
  { atMostMs, everyMs }: { atMostMs: number; everyMs: number },
): Promise<boolean> {
  const deadline = Date.now() + atMostMs;
  for (;;) {
    if (await isSo()) {
      return true;
    }
    if (Date.now() >= deadline) {
      return false;
    }
    await pause(everyMs);
  }
}
