import { type RawBuilder, type SqlBool, sql } from 'kysely';
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

type Filter = {
  readonly destinationId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly conversationId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  readonly before: string | undefined;
};

/** A literal, so that both engines use the partial index of those few that wait or are parked. */
const isIn = (state: DeliveryState) => sql<SqlBool>`d.state = ${sql.lit(state)}`;

/**
 * What an index leads to, read before anything else is asked for: by the order of the list both
 * engines would look through a million others for them. By destination, because that is what the
 * index of conversations begins with.
 */
function fewOf(filter: Filter): RawBuilder<unknown> | undefined {
  const { eventId, conversationId, destinationId } = filter;
  const columns = sql`d.id, d.destination_id, d.queue_key, d.state, d.type`;
  if (eventId !== undefined) {
    return sql`select ${columns} from delivery d where d.event_id = ${eventId}`;
  }
  return conversationId === undefined
    ? undefined
    : sql`select ${columns} from destination s cross join delivery d
        where d.destination_id = s.id and d.queue_key = ${conversationId}
          and ${destinationId === undefined ? sql`true` : sql`s.id = ${destinationId}`}`;
}

/** The event aside, which leads to few by itself. */
function conditionsOf(filter: Filter & { from?: string | undefined }): RawBuilder<SqlBool> {
  const { destinationId, state, conversationId, type, from, before } = filter;
  const conditions = [
    destinationId === undefined ? [] : [sql`d.destination_id = ${destinationId}`],
    state === undefined ? [] : [isIn(state)],
    conversationId === undefined ? [] : [sql`d.queue_key = ${conversationId}`],
    type === undefined ? [] : [sql`d.type = ${type}`],
    from === undefined ? [] : [sql`d.id >= ${from}`],
    before === undefined ? [] : [sql`d.id < ${before}`],
  ];
  return sql`${sql.join([sql`true`, ...conditions.flat()], sql` and `)}`;
}

/** Newest first. */
export async function selectDeliveries(
  db: Executor,
  options: Filter & { readonly from?: string | undefined; readonly limit: number },
): Promise<ListedDelivery[]> {
  const few = fewOf(options);
  const conditions = conditionsOf(options);
  const { limit } = options;
  const wanted = few
    ? sql<SqlBool>`d.id in (with few as materialized (${few})
        select d.id from few as d where ${conditions} order by d.id desc limit ${limit})`
    : conditions;
  return deliveries(db).where(wanted).orderBy('d.id', 'desc').limit(limit).execute();
}

/**
 * Where a look through so many deliveries ends, for a filter that no index serves: SQLite takes 20 ms
 * for 100,000, and whoever waits meanwhile is Meta. Undefined: nothing is left beyond.
 */
export async function endOfLook(
  db: Executor,
  filter: Filter,
  atMost: number,
): Promise<string | undefined> {
  const { destinationId, state, type, before } = filter;
  if (fewOf(filter) !== undefined || (state === undefined && type === undefined)) {
    return undefined;
  }
  let query = db.withTables<Tables>().selectFrom('delivery as d').select('d.id');
  if (destinationId !== undefined) {
    query = query.where('d.destination_id', '=', destinationId);
    if (state === 'waiting' || state === 'parked') {
      query = query.where(isIn(state));
    }
  }
  if (before !== undefined) {
    query = query.where('d.id', '<', before);
  }
  const last = await query.orderBy('d.id', 'desc').limit(1).offset(atMost).executeTakeFirst();
  return last?.id;
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
