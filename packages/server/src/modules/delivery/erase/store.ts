import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import { firstIdOf } from '../../../platform/ids.ts';

/**
 * Oldest first; what waits or is parked stays, however old. Ids carry the time they were made, so
 * that they are their own index by time. Gives how many.
 */
export async function deleteFinished(
  tx: Executor,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    delete from delivery where id in (
      select id from delivery where id < ${firstIdOf('dl', before)}
        and state in ('delivered', 'skipped') and finished_at < ${before}
      order by id limit ${limit})
    returning id`.execute(tx);
  await deleteAttempts(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** Deliveries first, in pieces; what else was kept, and the row itself, when none is left. */
export async function deleteOfDeletedDestinations(
  tx: Executor,
  { rowsBefore, limit }: { rowsBefore: number; limit: number },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    delete from delivery where id in (
      select d.id from destination s join delivery d on d.destination_id = s.id
      where s.deleted_at is not null limit ${limit})
    returning id`.execute(tx);
  await deleteAttempts(
    tx,
    rows.map(({ id }) => id),
  );
  if (rows.length === 0) {
    // A projector that read the destination just before may still be adding to it.
    const gone = sql`(select id from destination where deleted_at < ${rowsBefore})`;
    for (const table of ['delivery_queue', 'delivery_hour', 'delivery_replay']) {
      await sql`delete from ${sql.table(table)} where destination_id in ${gone}`.execute(tx);
    }
    await sql`delete from destination where deleted_at < ${rowsBefore}`.execute(tx);
  }
  return rows.length;
}

export async function deleteOfConversations(
  tx: Executor,
  conversationIds: readonly string[],
): Promise<void> {
  for (const id of conversationIds) {
    // By destination, because that is what the indexes begin with; there are few.
    const mine = sql`queue_key = ${id} and destination_id in (select id from destination)`;
    // First, because its lock holds up whoever would add to it meanwhile.
    await sql`delete from delivery_queue where ${mine}`.execute(tx);
    await sql`
      delete from delivery_attempt where delivery_id in (
        select id from delivery where ${mine})`.execute(tx);
    await sql`delete from delivery where ${mine}`.execute(tx);
  }
}

/** Hourly counts of long ago; the hour of a destination's last success stays. */
export async function deleteOldHours(tx: Executor, beforeHour: number): Promise<void> {
  await sql`
    delete from delivery_hour where hour < ${beforeHour} and exists (
      select 1 from delivery_hour later where later.destination_id = delivery_hour.destination_id
        and later.hour > delivery_hour.hour and later.delivered > 0)`.execute(tx);
}

async function deleteAttempts(tx: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) {
    await sql`delete from delivery_attempt where delivery_id in (${sql.join(ids)})`.execute(tx);
  }
}
