import type { FileStore } from '../../platform/file-store/index.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import type { AttachmentsDeps } from './deps.ts';
import { endRemovals, findDueRemovals, postponeRemovals, type StorageKind } from './store.ts';

const IDLE_MS = 30_000;
const AT_ONCE = 50;
/** A store that refuses is asked again after this. */
const POSTPONE_MS = 600_000;
/** Nothing is fetched for longer. */
const STAGED_TOO_LONG_MS = 3_600_000;

/**
 * Removes the files of erased attachments, and those that a dead process left behind. Removing twice
 * does no harm, so two replicas need not agree. What cannot be removed stays noted, also where the
 * settings no longer name its store: somebody was promised that it goes.
 */
export function createSweeper(deps: AttachmentsDeps): Worker {
  const { db, clock, log } = deps;

  function storeOf(kind: StorageKind): FileStore {
    const store = deps.storeOf(kind);
    if (store === undefined) {
      throw new Error(`The settings name no store of the kind ${kind}.`);
    }
    return store;
  }

  return createWorker({
    async step() {
      await deps.staging.sweep(clock.now() - STAGED_TOO_LONG_MS);
      const due = await findDueRemovals(db.read, { now: clock.now(), limit: AT_ONCE });
      const removed: string[] = [];
      const kept: string[] = [];
      for (const { object_key: key, storage } of due) {
        try {
          await storeOf(storage).remove(key);
          removed.push(key);
        } catch (error) {
          log.warn({ key, storage, err: error }, 'attachment.not_removed');
          kept.push(key);
        }
      }
      if (due.length > 0) {
        await db.transaction(async (tx) => {
          await endRemovals(tx, removed);
          await postponeRemovals(tx, { keys: kept, until: clock.now() + POSTPONE_MS });
        });
      }
      return removed.length;
    },
    idleMs: IDLE_MS,
    onError: (error) => log.error({ err: error }, 'attachment_sweeper.failed'),
  });
}
