import { sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';
import { jsonRows } from '../../platform/db/json-rows.ts';

/** Every row is in exactly one of these; see architecture.md, invariant 2. */
export type EventState = 'new' | 'recorded' | 'ignored' | 'parked';

export type EventRow = {
  id: string;
  gateway_id: string;
  page_id: string;
  kind: string;
  dedupe_key: string;
  state: EventState;
  reason: string | null;
  /** How often Meta sent it in all. */
  copies: number;
  standby: number;
  /** See `LATER` in store-batch.ts. */
  lane: 0 | 1;
  sent_at: number | null;
  received_at: number;
  /** From receipt to durable commit; until the projector has been here, to the statement only. */
  stored_ms: number | null;
  conversation_id: string | null;
  seq: number | null;
  raw: string;
  /** The `traceparent` of the POST that brought it; null where that is not traced. */
  trace: string | null;
};

type Tables = { event: EventRow };

const COLUMNS = {
  id: 'text',
  gateway_id: 'text',
  page_id: 'text',
  kind: 'text',
  dedupe_key: 'text',
  state: 'text',
  reason: 'text',
  copies: 'bigint',
  standby: 'bigint',
  lane: 'bigint',
  sent_at: 'bigint',
  received_at: 'bigint',
  stored_ms: 'bigint',
  raw: 'text',
} as const;

/** Written only where something is traced: an insertion costs what its columns cost. */
const TRACED_COLUMNS = { ...COLUMNS, trace: 'text' } as const;

export type NewEventRow = Pick<EventRow, keyof typeof TRACED_COLUMNS>;

/** Inserts what is new and gives the ids of the others. Rows must be sorted by key, or two writers may deadlock. */
export function insertEvents(
  db: Database,
  tx: Executor,
  rows: readonly NewEventRow[],
): Promise<Set<string>> {
  const isTraced = rows.some(({ trace }) => trace !== null);
  return db.bulkInsert(tx, {
    table: 'event',
    columns: isTraced ? TRACED_COLUMNS : COLUMNS,
    rows: rows.map((row) => [
      row.id,
      row.gateway_id,
      row.page_id,
      row.kind,
      row.dedupe_key,
      row.state,
      row.reason,
      row.copies,
      row.standby,
      row.lane,
      row.sent_at,
      row.received_at,
      row.stored_ms,
      row.raw,
      ...(isTraced ? [row.trace] : []),
    ]),
    skipConflictsOn: ['dedupe_key', 'page_id', 'gateway_id'],
    id: 'id',
  });
}

export type EventKey = { gateway_id: string; page_id: string; dedupe_key: string; copies: number };
export type KnownEvent = Omit<EventKey, 'copies'> & { id: string; raw: string };

/** Adds to the number of copies and gives what is stored, to be compared. */
export async function addCopies(tx: Executor, keys: readonly EventKey[]): Promise<KnownEvent[]> {
  if (keys.length === 0) {
    return [];
  }
  const values = sql.join(
    keys.map((k) => sql`(${k.gateway_id}, ${k.page_id}, ${k.dedupe_key}, ${k.copies})`),
  );
  const { rows } = await sql<KnownEvent>`
    update event set copies = event.copies + cast(d.column4 as integer)
    from (values ${values}) as d
    where event.gateway_id = d.column1 and event.page_id = d.column2 and event.dedupe_key = d.column3
    returning event.id, event.gateway_id, event.page_id, event.dedupe_key, event.raw`.execute(tx);
  return rows;
}

export async function hasNew(db: Executor): Promise<boolean> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('event')
    .select('id')
    .where('state', '=', sql.lit('new'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Counts stop at a limit, and both use a partial index: cheap however much lies there. */
export async function readBacklog(
  db: Executor,
  { now, countUpTo }: { now: number; countUpTo: number },
): Promise<{ waiting: number; parked: number; oldestMs: number }> {
  const { rows } = await sql<{ waiting: number; parked: number; oldest: number | null }>`
    select
      (select count(*) from (select 1 from event where state = 'new' limit ${countUpTo}) as n)
        as waiting,
      (select count(*) from (select 1 from event where state = 'parked' limit ${countUpTo}) as p)
        as parked,
      (select received_at from event where state = 'new' order by id limit 1) as oldest`.execute(
    db,
  );
  const { waiting = 0, parked = 0, oldest = null } = rows[0] ?? {};
  return { waiting, parked, oldestMs: oldest === null ? 0 : Math.max(0, now - oldest) };
}

/**
 * The oldest events that nobody projected, up to `limit` of each lane. The literals let both engines
 * use the partial index.
 */
export async function selectNew(tx: Executor, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select * from (select * from event where state = 'new' and lane = 0 order by id limit ${limit}) as p
    union all
    select * from (select * from event where state = 'new' and lane = 1 order by id limit ${limit}) as l`.execute(
    tx,
  );
  return rows;
}

export type SettledRow = Pick<
  EventRow,
  'id' | 'state' | 'reason' | 'conversation_id' | 'seq' | 'stored_ms'
>;

/**
 * Writes what became of new events. Says nothing about their state before: the lease sees to that,
 * and with it PostgreSQL would read the whole index of new ones for every batch.
 */
export async function settleEvents(
  db: Database,
  tx: Executor,
  rows: readonly SettledRow[],
): Promise<void> {
  const values = jsonRows(
    db,
    rows.map((row) => [
      ...[row.id, row.state, row.reason, row.conversation_id, row.seq, row.stored_ms],
    ]),
  );
  await sql`
    update event set state = j.value ->> 1, reason = j.value ->> 2,
      conversation_id = j.value ->> 3, seq = cast(j.value ->> 4 as integer),
      stored_ms = coalesce(cast(j.value ->> 5 as double precision), event.stored_ms)
    from ${values} where event.id = j.value ->> 0`.execute(tx);
}

export async function reviveParked(
  tx: Executor,
  which: { reason: string; gatewayId?: string; pageId?: string; eventId?: string },
): Promise<number> {
  let query = tx
    .withTables<Tables>()
    .updateTable('event')
    .set({ state: 'new', reason: null })
    .where('state', '=', sql.lit('parked'))
    .where('reason', '=', which.reason);
  if (which.eventId !== undefined) {
    query = query.where('id', '=', which.eventId);
  }
  if (which.gatewayId !== undefined) {
    query = query.where('gateway_id', '=', which.gatewayId);
  }
  if (which.pageId !== undefined) {
    query = query.where('page_id', '=', which.pageId);
  }
  const result = await query.executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function findEventRow(db: Executor, id: string): Promise<EventRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('event')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

export type JourneyRow = Pick<
  EventRow,
  'id' | 'sent_at' | 'received_at' | 'stored_ms' | 'copies' | 'standby'
>;

export async function selectJourneys(db: Executor, ids: readonly string[]): Promise<JourneyRow[]> {
  if (ids.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('event')
    .select(['id', 'sent_at', 'received_at', 'stored_ms', 'copies', 'standby'])
    .where('id', 'in', ids)
    .execute();
}

export type UnknownPageRow = { page_id: string; events: number; first_at: number; last_at: number };

/** Pages of a gateway that Meta sends events for and that nobody connected. */
export async function selectUnknownPages(
  db: Executor,
  gatewayId: string,
): Promise<UnknownPageRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('event')
    .select((eb) => [
      'page_id',
      eb.fn.countAll<number>().as('events'),
      eb.fn.min('received_at').as('first_at'),
      eb.fn.max('received_at').as('last_at'),
    ])
    .where('gateway_id', '=', gatewayId)
    .where('state', '=', sql.lit('parked'))
    .where('reason', '=', 'unknown_page')
    .groupBy('page_id')
    .orderBy('last_at', 'desc')
    .execute();
}

/** Every Page of every gateway that has events in the tray of unknown Pages. */
export async function selectPagesInTray(
  db: Executor,
): Promise<{ gateway_id: string; page_id: string }[]> {
  return db
    .withTables<Tables>()
    .selectFrom('event')
    .select(['gateway_id', 'page_id'])
    .distinct()
    .where('state', '=', sql.lit('parked'))
    .where('reason', '=', 'unknown_page')
    .execute();
}

export async function countUnknownPages(
  db: Executor,
  gatewayIds: readonly string[],
): Promise<{ gateway_id: string; pages: number }[]> {
  if (gatewayIds.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('event')
    .select((eb) => ['gateway_id', eb.fn.count<number>('page_id').distinct().as('pages')])
    .where('gateway_id', 'in', gatewayIds)
    .where('state', '=', sql.lit('parked'))
    .where('reason', '=', 'unknown_page')
    .groupBy('gateway_id')
    .execute();
}

/** Erases, oldest first, events that arrived for a Page whose receiving was off. */
export async function deleteIgnored(
  tx: Executor,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const result = await sql`
    delete from event where id in (
      select id from event where state = 'ignored' and reason = 'receiving_off'
        and received_at < ${before} order by received_at limit ${limit})`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}

/** Those of these events that were recorded, whatever their order. */
export async function selectRecordedByIds(
  db: Database,
  executor: Executor,
  ids: readonly string[],
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select e.* from ${jsonRows(
      db,
      ids.map((id) => [id]),
    )} cross join event e
    where e.id = j.value ->> 0 and e.state = 'recorded'`.execute(executor);
  return rows;
}

export type RecordedSelection = {
  readonly gatewayId: string | null;
  readonly pageIds: readonly string[];
  readonly eventId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly fromSeq?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Null: events that belong to no person. */
  readonly conversationIds?: readonly string[] | null | undefined;
  /** In the order of ids, for events that belong to no person. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
};

/** An id carries the time it was made, shortly after the event was received (`platform/ids.ts`). */
const ID_SLACK_MS = 60_000;

function idAt(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `ev_${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function recorded(db: Executor, selection: RecordedSelection) {
  const { gatewayId, pageIds, eventId, conversationId, fromSeq, from, to } = selection;
  let query = db.withTables<Tables>().selectFrom('event').where('state', '=', 'recorded');
  if (eventId !== undefined) {
    query = query.where('id', '=', eventId);
  }
  if (conversationId !== undefined) {
    query = query.where('conversation_id', '=', conversationId);
  }
  if (fromSeq !== undefined) {
    query = query.where('seq', '>=', fromSeq);
  }
  if (from !== undefined) {
    query = query.where('received_at', '>=', from).where('id', '>=', idAt(from - ID_SLACK_MS));
  }
  if (to !== undefined) {
    query = query.where('received_at', '<=', to).where('id', '<=', idAt(to + ID_SLACK_MS));
  }
  if (gatewayId !== null) {
    query = query.where('gateway_id', '=', gatewayId);
  }
  return pageIds.length === 0 ? query : query.where('page_id', 'in', pageIds);
}

export async function countRecorded(
  db: Executor,
  selection: RecordedSelection,
): Promise<{ kind: string; events: number }[]> {
  return recorded(db, selection)
    .select((eb) => ['kind', eb.fn.countAll<number>().as('events')])
    .groupBy('kind')
    .execute();
}

export async function selectRecorded(
  db: Executor,
  selection: RecordedSelection,
): Promise<Pick<EventRow, 'id' | 'gateway_id' | 'page_id' | 'conversation_id' | 'seq' | 'kind'>[]> {
  const { conversationIds, after, limit } = selection;
  let query = recorded(db, selection).select([
    ...(['id', 'gateway_id', 'page_id', 'conversation_id', 'seq', 'kind'] as const),
  ]);
  if (conversationIds === null) {
    query = query.where('conversation_id', 'is', null).orderBy('id');
  } else if (conversationIds === undefined) {
    query = query.orderBy('seq');
  } else {
    query = query
      .where('conversation_id', 'in', conversationIds)
      .orderBy('conversation_id')
      .orderBy('seq');
  }
  if (after !== undefined) {
    query = query.where('id', '>', after);
  }
  return limit === undefined ? query.execute() : query.limit(limit).execute();
}
