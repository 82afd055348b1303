import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import { likePattern } from '../../../platform/db/like.ts';

export type DestinationRow = {
  id: string;
  name: string;
  /** In lower case. */
  sort_name: string;
  kind: 'http' | 'nats';
  url: string | null;
  gateway_id: string | null;
  /** JSON lists; empty means every one. */
  page_ids: string;
  event_types: string;
  /** Sealed, as all keys. */
  secret: string | null;
  secret_changed_at: number | null;
  previous_secret: string | null;
  previous_secret_until: number | null;
  signing_key: string | null;
  public_key: string | null;
  enabled: number;
  disabled_reason: 'person' | 'gone' | 'failing' | null;
  disabled_at: number | null;
  /** The first failure since the last success, and how many there were. */
  failing_since: number | null;
  failures: number;
  problem: string | null;
  /** Nothing is tried until then; afterwards one delivery tries for all. */
  paused_until: number | null;
  pauses: number;
  version: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

type Tables = {
  destination: DestinationRow;
  delivery: { destination_id: string; id: string; state: string; created_at: number };
  delivery_hour: {
    destination_id: string;
    hour: number;
    delivered: number;
    failed: number;
    last_delivered_at: number | null;
  };
  delivery_queue: { destination_id: string; queue_key: string };
};

const destinations = (db: Executor) => db.withTables<Tables>().selectFrom('destination');

export async function insertDestination(tx: Executor, row: DestinationRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('destination').values(row).execute();
}

export async function findDestination(
  db: Executor,
  id: string,
): Promise<DestinationRow | undefined> {
  return destinations(db)
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Every destination that takes events now. There are few; the projector reads them per batch. */
export async function selectEnabled(
  db: Executor,
): Promise<Pick<DestinationRow, 'id' | 'gateway_id' | 'page_ids' | 'event_types'>[]> {
  return destinations(db)
    .select(['id', 'gateway_id', 'page_ids', 'event_types'])
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
}

export async function selectDestinations(
  db: Executor,
  options: {
    gatewayId: string | undefined;
    search: string | undefined;
    after: { name: string; id: string } | undefined;
    limit: number;
  },
): Promise<DestinationRow[]> {
  const { after, limit } = options;
  let query = listed(db, options).selectAll();
  if (after) {
    query = query.where(sql<boolean>`(sort_name, id) > (${after.name}, ${after.id})`);
  }
  return query.orderBy('sort_name').orderBy('id').limit(limit).execute();
}

export async function countDestinations(
  db: Executor,
  options: { gatewayId: string | undefined; search: string | undefined },
): Promise<number> {
  const row = await listed(db, options)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Those that take events of this gateway and no other. */
export async function selectDestinationsOf(
  db: Executor,
  gatewayId: string,
): Promise<DestinationRow[]> {
  return destinations(db)
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
}

export async function countDestinationsOf(db: Executor, gatewayId: string): Promise<number> {
  return (await selectDestinationsOf(db, gatewayId)).length;
}

/** With a gateway: those that take its events, so also those that take every gateway's. */
function listed(
  db: Executor,
  { gatewayId, search }: { gatewayId: string | undefined; search: string | undefined },
) {
  let query = destinations(db).where('deleted_at', 'is', null);
  if (gatewayId !== undefined) {
    query = query.where((eb) =>
      eb.or([eb('gateway_id', '=', gatewayId), eb('gateway_id', 'is', null)]),
    );
  }
  if (search !== undefined && search.trim() !== '') {
    query = query.where(sql<boolean>`sort_name like ${likePattern(search)} escape '\\'`);
  }
  return query;
}

/** False when the row is not at this version any more. */
export async function updateDestination(
  tx: Executor,
  { id, version, set }: { id: string; version: number; set: Partial<DestinationRow> },
): Promise<boolean> {
  const row = await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ ...set, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Switches a destination off by itself: its endpoint is gone, or has failed for days. False when
 * somebody did so before, or gave it another address meanwhile.
 */
export async function switchOff(
  tx: Executor,
  off: { id: string; url: string | null; reason: 'gone' | 'failing'; at: number },
): Promise<boolean> {
  const { id, url, reason, at } = off;
  const row = await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set((eb) => ({
      ...{ enabled: 0, disabled_reason: reason, disabled_at: at, updated_at: at },
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .where('url', url === null ? 'is' : '=', url)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** It ends a pause that is over, or that its own try was to end: not one that others began meanwhile. */
export async function noteSuccess(
  tx: Executor,
  success: { id: string; probeUntil: number | null; now: number },
): Promise<void> {
  const { id, probeUntil, now } = success;
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ failing_since: null, failures: 0, problem: null })
    .where('id', '=', id)
    .execute();
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ paused_until: null, pauses: 0 })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('paused_until', '<=', now), eb('paused_until', '=', probeUntil)]))
    .execute();
}

export async function noteFailures(
  tx: Executor,
  failed: { id: string; count: number; problem: string; at: number },
): Promise<
  Pick<DestinationRow, 'failing_since' | 'failures' | 'paused_until' | 'pauses'> | undefined
> {
  return tx
    .withTables<Tables>()
    .updateTable('destination')
    .set((eb) => ({
      failing_since: eb.fn.coalesce('failing_since', eb.val(failed.at)),
      failures: eb('failures', '+', failed.count),
      problem: failed.problem,
    }))
    .where('id', '=', failed.id)
    .returning(['failing_since', 'failures', 'paused_until', 'pauses'])
    .executeTakeFirst();
}

/** A longer pause stays, but for the one that the probe held. */
export async function pause(
  tx: Executor,
  pausing: { id: string; until: number; pauses: number; probeUntil: number | null },
): Promise<void> {
  const { id, until, pauses, probeUntil } = pausing;
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ paused_until: until, pauses })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('paused_until', 'is', null),
        eb('paused_until', '<', until),
        eb('paused_until', '=', probeUntil),
      ]),
    )
    .execute();
}

export async function endPause(tx: Executor, id: string): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ paused_until: null, pauses: 0 })
    .where('id', '=', id)
    .execute();
}

/** Takes the one try that ends or prolongs a pause; false when another replica took it. */
export async function claimProbe(
  tx: Executor,
  { id, pausedUntil, until }: { id: string; pausedUntil: number; until: number },
): Promise<boolean> {
  const row = await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ paused_until: until })
    .where('id', '=', id)
    .where('paused_until', '=', pausedUntil)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The one try was not made: another may be. */
export async function giveBackProbe(
  tx: Executor,
  { id, probeUntil, now }: { id: string; probeUntil: number; now: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ paused_until: now })
    .where('id', '=', id)
    .where('paused_until', '=', probeUntil)
    .execute();
}

export type Counts = {
  destination_id: string;
  waiting: number;
  oldest_at: number | null;
  parked: number;
  delivered: number;
  failed: number;
  last_delivered_at: number | null;
};

export async function selectCounts(
  db: Executor,
  { ids, sinceHour }: { ids: readonly string[]; sinceHour: number },
): Promise<Counts[]> {
  if (ids.length === 0) {
    return [];
  }
  return destinations(db)
    .where('destination.id', 'in', ids)
    .select((eb) => [
      'destination.id as destination_id',
      // Literals, so that both engines use the partial indexes.
      sql<number>`(select count(*) from delivery d where d.destination_id = destination.id and d.state = 'waiting')`.as(
        'waiting',
      ),
      sql<
        number | null
      >`(select d.created_at from delivery d where d.destination_id = destination.id and d.state = 'waiting' order by d.id limit 1)`.as(
        'oldest_at',
      ),
      sql<number>`(select count(*) from delivery d where d.destination_id = destination.id and d.state = 'parked')`.as(
        'parked',
      ),
      eb
        .selectFrom('delivery_hour as h')
        .whereRef('h.destination_id', '=', 'destination.id')
        .where('h.hour', '>=', sinceHour)
        .select((inner) =>
          inner.fn.coalesce(inner.fn.sum<number>('h.delivered'), sql.lit(0)).as('n'),
        )
        .as('delivered'),
      eb
        .selectFrom('delivery_hour as h')
        .whereRef('h.destination_id', '=', 'destination.id')
        .where('h.hour', '>=', sinceHour)
        .select((inner) => inner.fn.coalesce(inner.fn.sum<number>('h.failed'), sql.lit(0)).as('n'))
        .as('failed'),
      eb
        .selectFrom('delivery_hour as h')
        .whereRef('h.destination_id', '=', 'destination.id')
        .where('h.last_delivered_at', 'is not', null)
        .orderBy('h.hour', 'desc')
        .limit(1)
        .select('h.last_delivered_at')
        .as('last_delivered_at'),
    ])
    .execute() as Promise<Counts[]>;
}

export type BacklogRow = DestinationRow & {
  waiting: number;
  parked: number;
  oldest_at: number | null;
};

/** What waits for each destination. Counting stops at a limit, so that reading it stays cheap. */
export async function selectBacklogs(db: Executor, countUpTo: number): Promise<BacklogRow[]> {
  const { rows } = await sql<BacklogRow>`
    select d.*,
      (select count(*) from (select 1 from delivery w
        where w.destination_id = d.id and w.state = 'waiting' limit ${countUpTo}) as n) as waiting,
      (select count(*) from (select 1 from delivery p
        where p.destination_id = d.id and p.state = 'parked' limit ${countUpTo}) as n) as parked,
      (select o.created_at from delivery o
        where o.destination_id = d.id and o.state = 'waiting' order by o.id limit 1) as oldest_at
    from destination d where d.deleted_at is null`.execute(db);
  return rows;
}

/** The row stays until its deliveries are gone; nobody sees it and it has no key any more. */
export async function markDeleted(
  tx: Executor,
  { id, at }: { id: string; at: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set((eb) => ({
      version: eb('version', '+', 1),
      ...{ enabled: 0, deleted_at: at, updated_at: at, url: null },
      ...{ secret: null, previous_secret: null, previous_secret_until: null, signing_key: null },
    }))
    .where('id', '=', id)
    .execute();
}

/** Secrets that do not sign any more are forgotten. */
export async function forgetOldSecrets(tx: Executor, now: number): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('destination')
    .set({ previous_secret: null, previous_secret_until: null })
    .where('previous_secret_until', '<=', now)
    .execute();
}
