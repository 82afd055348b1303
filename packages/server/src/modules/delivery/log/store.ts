import { type SqlBool, sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import type { AttemptRow, DeliveryRow, DeliveryState } from '../queue/store.ts';

type Tables = {
  delivery: DeliveryRow;
  delivery_attempt: AttemptRow;
  delivery_hour: { destination_id: string; hour: number };
  delivery_queue: {
    destination_id: string;
    queue_key: string;
    head: number;
    tail: number;
    next_at: number | null;
    claim: string | null;
    parked: number;
  };
  delivery_replay: { destination_id: string };
};

function deliveries(db: Executor) {
  return db
    .withTables<Tables>()
    .selectFrom('delivery as d')
    .innerJoin('delivery_queue as q', (join) =>
      join
        .onRef('q.destination_id', '=', 'd.destination_id')
        .onRef('q.queue_key', '=', 'd.queue_key'),
    )
    .selectAll('d')
    .select(['q.head', 'q.tail', 'q.next_at', 'q.claim']);
}

export type ListedDelivery = DeliveryRow & {
  head: number;
  tail: number;
  next_at: number | null;
  claim: string | null;
};

/** Newest first. */
export async function selectDeliveries(
  db: Executor,
  options: {
    destinationId?: string | undefined;
    state?: DeliveryState | undefined;
    conversationId?: string | undefined;
    eventId?: string | undefined;
    type?: string | undefined;
    before: string | undefined;
    limit: number;
  },
): Promise<ListedDelivery[]> {
  const { destinationId, state, conversationId, eventId, type, before, limit } = options;
  let query = deliveries(db);
  if (destinationId !== undefined) {
    query = query.where('d.destination_id', '=', destinationId);
  }
  if (state !== undefined) {
    // A literal, so that both engines use the partial index of those few that wait or are parked.
    query = query.where(sql<SqlBool>`d.state = ${sql.lit(state)}`);
  }
  if (conversationId !== undefined) {
    query = query.where('d.queue_key', '=', conversationId);
  }
  if (eventId !== undefined) {
    query = query.where('d.event_id', '=', eventId);
  }
  if (type !== undefined) {
    query = query.where('d.type', '=', type);
  }
  if (before !== undefined) {
    query = query.where('d.id', '<', before);
  }
  return query.orderBy('d.id', 'desc').limit(limit).execute();
}

export async function findDelivery(db: Executor, id: string): Promise<ListedDelivery | undefined> {
  return deliveries(db).where('d.id', '=', id).executeTakeFirst();
}

export async function selectAttempts(db: Executor, deliveryId: string): Promise<AttemptRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('delivery_attempt')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute();
}

/** The queue's row locked, by writing to it: whoever settles it waits, and so do we. */
export async function lockQueue(
  tx: Executor,
  { destination_id, queue_key }: Pick<DeliveryRow, 'destination_id' | 'queue_key'>,
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('delivery_queue')
    .set({ head: sql`head` })
    .where('destination_id', '=', destination_id)
    .where('queue_key', '=', queue_key)
    .execute();
}

/** A parked or waiting delivery starts its schedule anew. */
export async function restartDelivery(tx: Executor, id: string): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('delivery')
    .set({ state: 'waiting', tries: 0, first_try_at: null })
    .where('id', '=', id)
    .execute();
}

export async function skipDelivery(
  tx: Executor,
  { id, at }: { id: string; at: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('delivery')
    .set({ state: 'skipped', finished_at: at })
    .where('id', '=', id)
    .execute();
}

/** A queue that nobody works on goes on at once, from `head`; idle when nothing is left. */
export async function resumeQueue(
  tx: Executor,
  queue: Pick<DeliveryRow, 'destination_id' | 'queue_key'> & { head: number; now: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('delivery_queue')
    .set({
      head: queue.head,
      parked: 0,
      claim: null,
      next_at: sql`case when tail < ${queue.head} then null else cast(${queue.now} as bigint) end`,
    })
    .where('destination_id', '=', queue.destination_id)
    .where('queue_key', '=', queue.queue_key)
    .execute();
}

export async function selectParked(
  tx: Executor,
  { destinationId, limit }: { destinationId: string; limit: number },
): Promise<ListedDelivery[]> {
  return deliveries(tx)
    .where('d.destination_id', '=', destinationId)
    .where(sql<SqlBool>`d.state = 'parked'`)
    .orderBy('d.id')
    .limit(limit)
    .execute();
}
