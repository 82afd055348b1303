import type { Database, Executor } from '../../../platform/db/index.ts';
import { dueNow, lockQueues, restartDeliveries } from './store.ts';

/**
 * Has whatever waits for its next try tried now, with a fresh schedule. What is under way goes on,
 * and what is parked stays parked: that is for a person to decide one by one. Call it before the
 * destination's own row is written: that is the order in which settling locks them.
 */
export async function restartWaiting(
  db: Database,
  tx: Executor,
  destination: { destinationId: string; now: number },
): Promise<void> {
  await lockQueues(db, tx, destination.destinationId);
  await dueNow(tx, destination);
  await restartDeliveries(tx, destination.destinationId);
}
