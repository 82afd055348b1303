import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';
import { jsonRows } from '../../../platform/db/json-rows.ts';
import { rowLock } from '../../../platform/db/row-lock.ts';
import type { DestinationRow } from '../destinations/store.ts';

/** What the hourly counts go by. */
export const HOUR_MS = 3_600_000;

export type DeliveryState = 'waiting' | 'delivered' | 'parked' | 'skipped';

export type DeliveryRow = {
  id: string;
  destination_id: string;
  /** The conversation, or the Page for events that belong to no person. */
  queue_key: string;
  /** Its number in the queue, without gaps. */
  position: number;
  event_id: string;
  type: string;
  gateway_id: string;
  page_id: string;
  conversation_id: string | null;
  seq: number | null;
  replay: number;
  state: DeliveryState;
  /** All there were; `tries` counts those since a person last said *Retry*. */
  attempts: number;
  tries: number;
  first_try_at: number | null;
  last_status: number | null;
  problem: string | null;
  created_at: number;
  finished_at: number | null;
};

export type QueueKey = { readonly destination_id: string; readonly queue_key: string };

/**
 * Makes room for new deliveries at the end of queues, and gives each queue's last number. Locks the
 * queues, so that whoever settles one sees either none or all of what is added to it. Keys must be
 * sorted, or two writers may deadlock.
 */
export async function extendQueues(
  db: Database,
  tx: Executor,
  { queues, now }: { queues: readonly (QueueKey & { added: number })[]; now: number },
): Promise<(QueueKey & { tail: number })[]> {
  const rows = queues.map((queue) => [queue.destination_id, queue.queue_key, queue.added]);
  const result = await sql<QueueKey & { tail: number }>`
    insert into delivery_queue (destination_id, queue_key, head, tail, next_at, claim, parked)
    select j.value ->> 0, j.value ->> 1, 1, cast(j.value ->> 2 as bigint), cast(${now} as bigint), null, 0
    from ${jsonRows(db, rows)} where true
    on conflict (destination_id, queue_key) do update set
      tail = delivery_queue.tail + excluded.tail,
      next_at = case when delivery_queue.parked = 1 then null
        else coalesce(delivery_queue.next_at, excluded.next_at) end
    returning destination_id, queue_key, tail`.execute(tx);
  return result.rows;
}

export type NewDelivery = Pick<
  DeliveryRow,
  | 'id'
  | 'destination_id'
  | 'queue_key'
  | 'position'
  | 'event_id'
  | 'type'
  | 'gateway_id'
  | 'page_id'
  | 'conversation_id'
  | 'seq'
  | 'replay'
  | 'created_at'
>;

export async function insertDeliveries(
  db: Database,
  tx: Executor,
  rows: readonly NewDelivery[],
): Promise<void> {
  const skipped = await db.bulkInsert(tx, {
    table: 'delivery',
    columns: {
      ...{ id: 'text', destination_id: 'text', queue_key: 'text', position: 'bigint' },
      ...{ event_id: 'text', type: 'text', gateway_id: 'text', page_id: 'text' },
      ...{ conversation_id: 'text', seq: 'bigint', replay: 'bigint', created_at: 'bigint' },
      ...{ state: 'text', attempts: 'bigint', tries: 'bigint' },
    },
    rows: rows.map((row) => [
      ...[row.id, row.destination_id, row.queue_key, row.position],
      ...[row.event_id, row.type, row.gateway_id, row.page_id],
      ...[row.conversation_id, row.seq, row.replay, row.created_at],
      ...['waiting', 0, 0],
    ]),
    skipConflictsOn: ['destination_id', 'queue_key', 'position'],
    id: 'id',
  });
  if (skipped.size > 0) {
    throw new Error('A place in a delivery queue was given twice.');
  }
}

export type LookedAt = DestinationRow & { readonly is_due: number };

/**
 * Destinations for which something is due and which may be called now, and beside them, by one
 * statement, those that are under way: as they are now, even switched off or deleted.
 */
export async function lookAtDestinations(
  db: Database,
  { now, underWay }: { now: number; underWay: readonly string[] },
): Promise<LookedAt[]> {
  const ids = jsonRows(
    db,
    underWay.map((id) => [id]),
  );
  const { rows } = await sql<LookedAt>`
    select d.*, 1 as is_due from destination d
    where d.enabled = 1 and d.deleted_at is null
      and (d.paused_until is null or d.paused_until <= ${now})
      and exists (select 1 from delivery_queue q
        where q.destination_id = d.id and q.next_at is not null and q.next_at <= ${now})
    union all
    select d.*, 0 as is_due from ${ids} cross join destination d where d.id = j.value ->> 0
    order by id`.execute(db.read);
  return rows;
}

export type ClaimedQueue = QueueKey & { readonly head: number; readonly tail: number };

/**
 * Takes up to `limit` due conversations of a destination and hides them from other workers until
 * the lease runs out. A worker that dies with one therefore causes a second attempt, never a lost
 * one; its claim, which is by then another's, lets it settle nothing. Takes none when the
 * destination was changed, paused or switched off since it was read.
 */
export async function claimQueues(
  db: Database,
  tx: Executor,
  claim: {
    destination: { id: string; version: number; pausedUntil: number | null };
    id: string;
    now: number;
    until: number;
    limit: number;
  },
): Promise<ClaimedQueue[]> {
  const { destination } = claim;
  const pause =
    destination.pausedUntil === null
      ? sql`s.paused_until is null`
      : sql`s.paused_until = ${destination.pausedUntil}`;
  const { rows } = await sql<ClaimedQueue>`
    with due as materialized (
      select destination_id as d, queue_key as k from delivery_queue
      where destination_id = ${destination.id}
        and next_at is not null and next_at <= ${claim.now}
        and exists (select 1 from destination s where s.id = ${destination.id}
          and s.version = ${destination.version} and s.enabled = 1 and ${pause})
      order by next_at limit ${claim.limit} ${rowLock(db, 'skip')})
    update delivery_queue set claim = ${claim.id}, next_at = ${claim.until}
    from due where destination_id = due.d and queue_key = due.k
    returning destination_id, queue_key, head, tail`.execute(tx);
  return rows;
}

/** The next deliveries of claimed queues, up to `perQueue` each, in their order. */
export async function selectHeads(
  db: Database,
  tx: Executor,
  { queues, perQueue }: { queues: readonly ClaimedQueue[]; perQueue: number },
): Promise<DeliveryRow[]> {
  const keys = queues.map((queue) => [
    queue.destination_id,
    queue.queue_key,
    queue.head,
    queue.head + perQueue,
  ]);
  const { rows } = await sql<DeliveryRow>`
    select d.* from ${jsonRows(db, keys)} cross join delivery d
    where d.destination_id = j.value ->> 0 and d.queue_key = j.value ->> 1
      and d.position >= cast(j.value ->> 2 as bigint) and d.position < cast(j.value ->> 3 as bigint)
    order by d.destination_id, d.queue_key, d.position`.execute(tx);
  return rows;
}

export type QueueSettlement = QueueKey & {
  readonly claim: string;
  /** The first delivery that is not finished. */
  readonly head: number;
  /** When to go on, should anything be left. */
  readonly nextAt: number;
};

/**
 * Gives back claimed queues, and gives those whose claim was still the one of their settlement: the
 * others are somebody else's by now and stay as they are. Two runs of one queue may be settled at
 * once, when one is late: the claim tells them apart.
 */
export async function settleQueues<T extends QueueSettlement>(
  db: Database,
  tx: Executor,
  settlements: readonly T[],
): Promise<T[]> {
  const claims = await lockClaims(db, tx, settlements);
  const ours = settlements.filter(
    (s) => claims.get(`${s.destination_id} ${s.queue_key}`) === s.claim,
  );
  const rows = ours.map((s) => [s.destination_id, s.queue_key, s.head, s.nextAt]);
  await sql`
    update delivery_queue as q set claim = null, head = cast(j.value ->> 2 as bigint),
      next_at = case when q.tail < cast(j.value ->> 2 as bigint) then null
        else cast(j.value ->> 3 as bigint) end
    from ${jsonRows(db, rows)}
    where q.destination_id = j.value ->> 0 and q.queue_key = j.value ->> 1`.execute(tx);
  return ours;
}

/** Who holds these queues, locked until the transaction ends, in the order the projector locks them. */
async function lockClaims(
  db: Database,
  tx: Executor,
  queues: readonly QueueKey[],
): Promise<ReadonlyMap<string, string | null>> {
  const keys = queues.map((queue) => [queue.destination_id, queue.queue_key]);
  const { rows } = await sql<QueueKey & { claim: string | null }>`
    select q.destination_id, q.queue_key, q.claim
    from ${jsonRows(db, keys)} cross join delivery_queue q
    where q.destination_id = j.value ->> 0 and q.queue_key = j.value ->> 1
    order by q.destination_id, q.queue_key ${db.engine === 'postgres' ? sql`for update of q` : sql``}`.execute(
    tx,
  );
  return new Map(rows.map((row) => [`${row.destination_id} ${row.queue_key}`, row.claim]));
}

/** The queues of a destination that wait for a try, in the order in which the projector locks them. */
export async function lockQueues(db: Database, tx: Executor, destinationId: string): Promise<void> {
  await sql`
    select 1 from delivery_queue where destination_id = ${destinationId} and next_at is not null
    order by destination_id, queue_key ${rowLock(db, 'wait')}`.execute(tx);
}

/** Claimed ones excepted: their `next_at` is the end of the lease. */
export async function dueNow(
  tx: Executor,
  { destinationId, now }: { destinationId: string; now: number },
): Promise<void> {
  await sql`
    update delivery_queue set next_at = ${now}
    where destination_id = ${destinationId} and next_at > ${now} and claim is null`.execute(tx);
}

export async function restartDeliveries(tx: Executor, destinationId: string): Promise<void> {
  await sql`
    update delivery set tries = 0, first_try_at = null
    where destination_id = ${destinationId} and state = 'waiting' and tries > 0`.execute(tx);
}

export type DeliverySettlement = Pick<
  DeliveryRow,
  'id' | 'state' | 'attempts' | 'tries' | 'first_try_at' | 'last_status' | 'problem' | 'finished_at'
>;

/** The answer names those that were still open; a person may have skipped one meanwhile. */
export async function settleDeliveries(
  db: Database,
  tx: Executor,
  deliveries: readonly DeliverySettlement[],
): Promise<ReadonlySet<string>> {
  if (deliveries.length === 0) {
    return new Set();
  }
  const rows = jsonRows(
    db,
    deliveries.map((row) => [
      ...[row.id, row.state, row.attempts, row.tries, row.first_try_at],
      ...[row.last_status, row.problem, row.finished_at],
    ]),
  );
  const settled = await sql<{ id: string }>`
    update delivery set state = j.value ->> 1, attempts = cast(j.value ->> 2 as integer),
      tries = cast(j.value ->> 3 as integer), first_try_at = cast(j.value ->> 4 as bigint),
      last_status = cast(j.value ->> 5 as integer), problem = j.value ->> 6,
      finished_at = cast(j.value ->> 7 as bigint)
    from ${rows}
    where delivery.id = j.value ->> 0 and delivery.state = 'waiting'
    returning delivery.id`.execute(tx);
  return new Set(settled.rows.map(({ id }) => id));
}

/** Has queues that wait, and that nobody holds, go on at this time. */
export async function hurryQueues(
  db: Database,
  tx: Executor,
  queues: readonly (QueueKey & { nextAt: number })[],
): Promise<void> {
  const rows = jsonRows(
    db,
    queues.map((queue) => [queue.destination_id, queue.queue_key, queue.nextAt]),
  );
  await sql`
    update delivery_queue set next_at = cast(j.value ->> 2 as bigint)
    from ${rows}
    where destination_id = j.value ->> 0 and queue_key = j.value ->> 1
      and delivery_queue.claim is null and delivery_queue.next_at is not null`.execute(tx);
}

/** Stops the queues whose first delivery is parked; one that was skipped meanwhile stops none. */
export async function parkQueues(
  db: Database,
  tx: Executor,
  deliveryIds: readonly string[],
): Promise<void> {
  await sql`
    update delivery_queue set parked = 1, next_at = null
    from (select d.destination_id as d, d.queue_key as k, d.position as p
      from ${jsonRows(
        db,
        deliveryIds.map((id) => [id]),
      )} cross join delivery d
      where d.id = j.value ->> 0 and d.state = 'parked') as s
    where destination_id = s.d and queue_key = s.k and head = s.p`.execute(tx);
}

export type AttemptRow = {
  delivery_id: string;
  number: number;
  at: number;
  took_ms: number;
  target: string;
  outcome: 'delivered' | 'refused' | 'unreachable' | 'blocked';
  status: number | null;
  problem: string | null;
  /** JSON. */
  response_headers: string;
  response_body: string | null;
};

export async function insertAttempts(
  db: Database,
  tx: Executor,
  rows: readonly AttemptRow[],
): Promise<void> {
  await db.bulkInsert(tx, {
    table: 'delivery_attempt',
    columns: {
      ...{ delivery_id: 'text', number: 'bigint', at: 'bigint', took_ms: 'bigint' },
      ...{ target: 'text', outcome: 'text', status: 'bigint', problem: 'text' },
      ...{ response_headers: 'text', response_body: 'text' },
    },
    rows: rows.map((row) => [
      ...[row.delivery_id, row.number, row.at, row.took_ms],
      ...[row.target, row.outcome, row.status, row.problem],
      ...[row.response_headers, row.response_body],
    ]),
    skipConflictsOn: ['delivery_id', 'number'],
    id: 'delivery_id',
  });
}

/** Adds to the hourly counts that the success rate is read from. */
export async function countOutcomes(
  tx: Executor,
  row: { destinationId: string; hour: number; delivered: number; failed: number; at: number },
): Promise<void> {
  const lastDeliveredAt = row.delivered > 0 ? row.at : null;
  await sql`
    insert into delivery_hour (destination_id, hour, delivered, failed, last_delivered_at)
    values (${row.destinationId}, ${row.hour}, ${row.delivered}, ${row.failed}, ${lastDeliveredAt})
    on conflict (destination_id, hour) do update set
      delivered = delivery_hour.delivered + excluded.delivered,
      failed = delivery_hour.failed + excluded.failed,
      last_delivered_at = coalesce(excluded.last_delivered_at, delivery_hour.last_delivered_at)`.execute(
    tx,
  );
}

/** When the last hour began in which anything was tried; 0 when nothing was. */
export async function selectLastHour(db: Executor): Promise<number> {
  const { rows } = await sql<{ hour: number | null }>`
    select max(hour) as hour from delivery_hour`.execute(db);
  return (rows[0]?.hour ?? 0) * HOUR_MS;
}
