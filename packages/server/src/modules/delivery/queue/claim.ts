import type { Executor } from '../../../platform/db/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { claimProbe, type DestinationRow } from '../destinations/store.ts';
import type { ClaimedRun } from './run.ts';
import { claimQueues, selectHeads } from './store.ts';

/** Deliveries of one conversation that one claim sends. */
const PER_CLAIM = 8;

/** How many conversations may be claimed for a destination now. */
export type Share = { readonly row: DestinationRow; readonly limit: number };

/** Claims due conversations and reads what they send next. */
export async function claimRuns(
  { db, ids }: Pick<DeliveryDeps, 'db' | 'ids'>,
  tx: Executor,
  { shares, now, until }: { shares: readonly Share[]; now: number; until: number },
): Promise<Omit<ClaimedRun, 'startUntil'>[]> {
  const id = ids.next('claim');
  const claimed = [];
  for (const { row, limit } of shares) {
    const { id: destinationId, paused_until: pausedUntil } = row;
    const isProbe = pausedUntil !== null;
    if (isProbe && !(await claimProbe(tx, { id: destinationId, pausedUntil, until }))) {
      continue;
    }
    for (const queue of await claimQueues(db, tx, { destinationId, id, now, until, limit })) {
      claimed.push({ destination: row, queue, claim: id, isProbe });
    }
  }
  if (claimed.length === 0) {
    return [];
  }
  const heads = await selectHeads(db, tx, {
    queues: claimed.map(({ queue }) => queue),
    perQueue: PER_CLAIM,
  });
  const byQueue = Map.groupBy(heads, (row) => `${row.destination_id} ${row.queue_key}`);
  return claimed.map((run) => ({
    ...run,
    deliveries: byQueue.get(`${run.queue.destination_id} ${run.queue.queue_key}`) ?? [],
  }));
}
