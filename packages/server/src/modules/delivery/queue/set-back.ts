import type { Database } from '../../../platform/db/index.ts';
import type { Log } from '../../../platform/log.ts';
import { endPause, selectEnabled } from '../destinations/store.ts';
import { dueNow, lockQueues, selectLastHour } from './store.ts';

/** Less is what clocks are corrected by all the time, and is simply waited for. */
const NOTICED_MS = 60_000;

/**
 * Notices that the time was set back. What waits for its next try was put off by a clock that was
 * ahead, perhaps by a day: it is tried now, once more than the schedule says at worst.
 */
export function createSetBackWatch({ db, log }: { db: Database; log: Log }) {
  let latest: number | undefined;

  async function dueAgain(now: number): Promise<void> {
    await db.transaction(async (tx) => {
      for (const { id } of await selectEnabled(tx)) {
        await lockQueues(db, tx, id);
        await dueNow(tx, { destinationId: id, now });
        await endPause(tx, id);
      }
    });
  }

  return {
    async notice(now: number): Promise<void> {
      // It may have been set back while no process ran: an hour in which something was tried is past.
      latest ??= await selectLastHour(db.read);
      if (now < latest - NOTICED_MS) {
        await dueAgain(now);
        log.warn({ byMs: latest - now }, 'delivery.clock_set_back');
        latest = now;
      }
      latest = Math.max(latest, now);
    },
  };
}
