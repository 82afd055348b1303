import type { Executor } from '../../../platform/db/index.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { DeliveryDeps } from '../deps.ts';
import { forgetOldSecrets } from '../destinations/store.ts';
import {
  deleteFinished,
  deleteOfConversations,
  deleteOfDeletedDestinations,
  deleteOldHours,
} from './store.ts';

const EVERY_MS = 60_000;
const AT_ONCE = 500;
const HOUR_MS = 3_600_000;

/**
 * Erases what a person's conversations left behind: deliveries, attempts and what was answered to
 * them, waiting ones included. Runs in the erasing transaction.
 */
export function eraseConversations(
  tx: Executor,
  conversationIds: readonly string[],
): Promise<void> {
  return deleteOfConversations(tx, conversationIds);
}

/** Erases finished deliveries after their retention, and everything of deleted destinations. */
export function createSweeper(
  deps: Pick<DeliveryDeps, 'db' | 'clock' | 'log' | 'retentionMs'>,
): Worker {
  const { db, clock, log, retentionMs } = deps;
  return createWorker({
    async step() {
      const now = clock.now();
      return db.transaction(async (tx) => {
        await forgetOldSecrets(tx, now);
        await deleteOldHours(tx, Math.floor((now - retentionMs) / HOUR_MS));
        const limit = { limit: AT_ONCE };
        const old = await deleteFinished(tx, { before: now - retentionMs, ...limit });
        return (
          old + (await deleteOfDeletedDestinations(tx, { rowsBefore: now - HOUR_MS, ...limit }))
        );
      });
    },
    idleMs: EVERY_MS,
    onError: (error) => log.error({ err: error }, 'delivery_sweeper.failed'),
  });
}
