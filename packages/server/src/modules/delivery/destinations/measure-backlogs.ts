import type { SharedTime } from '../../../platform/db/time.ts';
import type { DeliveryDeps } from '../deps.ts';
import { stateOf } from './show-destination.ts';
import { selectBacklogs } from './store.ts';

/** What waits for a destination at this moment. */
export type DestinationBacklog = {
  readonly id: string;
  readonly name: string;
  readonly state: ReturnType<typeof stateOf>;
  readonly waiting: number;
  readonly parked: number;
  /** Of the event that waits longest; 0 when none does. */
  readonly oldestMs: number;
};

const COUNT_UP_TO = 10_000;

/** Who has waited longest comes first. */
export async function measureBacklogs({
  db,
  sharedTime,
}: Pick<DeliveryDeps, 'db'> & { readonly sharedTime: SharedTime }): Promise<DestinationBacklog[]> {
  const now = await sharedTime(db.read);
  const rows = await selectBacklogs(db.read, COUNT_UP_TO);
  return rows
    .map((row) => {
      const { id, name, waiting, parked, oldest_at: oldestAt } = row;
      const isPaused = (row.paused_until ?? 0) > now;
      const state = stateOf(row, { waiting, isPaused });
      const oldestMs = oldestAt === null ? 0 : Math.max(0, now - oldestAt);
      return { id, name, state, waiting, parked, oldestMs };
    })
    .sort((a, b) => b.oldestMs - a.oldestMs);
}
