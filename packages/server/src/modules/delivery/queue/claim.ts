import type { Executor } from '../../../platform/db/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { claimProbe, type DestinationRow, giveBackProbe } from '../destinations/store.ts';
import type { ClaimedRun } from './run.ts';
import { claimQueues, selectHeads } from './store.ts';

/** How many conversations may be claimed for a destination now. */
export type Share = { readonly row: DestinationRow; readonly limit: number };

/** Claims due conversations and reads what they send next, up to `perRun` deliveries each. */
export async function claimRuns(
  { db, ids }: Pick<DeliveryDeps, 'db' | 'ids'>,
  tx: Executor,
  {
    shares,
    perRun,
    now,
    until,
  }: { shares: readonly Share[]; perRun: number; now: number; until: number },
): Promise<Omit<ClaimedRun, 'startUntil'>[]> {
  const id = ids.next('claim');
  const claimed = [];
  for (const { row, limit } of shares) {
    const { id: destinationId, version, paused_until: pausedUntil } = row;
    const probeUntil = pausedUntil === null ? null : until;
    if (
      pausedUntil !== null &&
      !(await claimProbe(tx, { id: destinationId, pausedUntil, until }))
    ) {
      continue;
    }
    const destination = { id: destinationId, version, pausedUntil: probeUntil };
    const queues = await claimQueues(db, tx, { destination, id, now, until, limit });
    if (queues.length === 0 && probeUntil !== null) {
      // Another replica holds what was due: whoever finds something next may try.
      await giveBackProbe(tx, { id: destinationId, probeUntil, now });
    }
    claimed.push(...queues.map((queue) => ({ destination: row, queue, claim: id, probeUntil })));
  }
  if (claimed.length === 0) {
    return [];
  }
  const heads = await selectHeads(db, tx, {
    queues: claimed.map(({ queue }) => queue),
    perQueue: perRun,
  });
  const byQueue = Map.groupBy(heads, (row) => `${row.destination_id} ${row.queue_key}`);
  return claimed.map((run) => {
    const { queue } = run;
    const deliveries = byQueue.get(`${queue.destination_id} ${queue.queue_key}`) ?? [];
    // All were left out by a person so long ago that they have left the log.
    const head =
      deliveries.length === 0 ? Math.min(queue.head + perRun, queue.tail + 1) : queue.head;
    return { ...run, queue: { ...queue, head }, deliveries };
  });
}
