import type { Executor } from '../../platform/db/index.ts';
import { type EventRow, selectNew } from './store.ts';

/** Of a batch, while both lanes have more than enough. */
const LATER_SHARE = 1 / 4;

/**
 * The next events to project: both lanes whole, in the order of arrival, as long as they fit. Beyond
 * that what people write comes first, and receipts and echoes get a share of their own, so that
 * neither lane ever stands still (ADR 0022). A single event is simply the oldest.
 */
export async function findNew(tx: Executor, limit: number): Promise<EventRow[]> {
  const rows = await selectNew(tx, limit);
  if (limit === 1) {
    return rows.sort(byArrival).slice(0, 1);
  }
  const people = rows.filter(({ lane }) => lane === 0);
  const room = Math.max(Math.ceil(limit * LATER_SHARE), limit - people.length);
  const later = rows.filter(({ lane }) => lane === 1).slice(0, room);
  return [...people.slice(0, limit - later.length), ...later].sort(byArrival);
}

const byArrival = (a: EventRow, b: EventRow) => (a.id < b.id ? -1 : 1);
