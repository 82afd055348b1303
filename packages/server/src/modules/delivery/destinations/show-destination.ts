import type { Destination, DestinationList, ListDestinations } from '@chatgate/contract';
import { decodeCursor, encodeCursor } from '../../../platform/db/cursor.ts';
import type { DeliveryDeps } from '../deps.ts';
import { loadDestination } from './change-destination.ts';
import {
  type Counts,
  countDestinations,
  type DestinationRow,
  selectCounts,
  selectDestinations,
} from './store.ts';

const LIST_LIMIT = 50;
const HOUR_MS = 3_600_000;

export type DestinationReading = {
  readonly list: (query: ListDestinations) => Promise<DestinationList>;
  readonly show: (id: string) => Promise<Destination>;
};

export function createDestinationReading(
  deps: Pick<DeliveryDeps, 'db' | 'clock'>,
): DestinationReading {
  const { db, clock } = deps;
  async function withHealth(rows: readonly DestinationRow[]): Promise<Destination[]> {
    const counts = await selectCounts(db.read, {
      ids: rows.map(({ id }) => id),
      sinceHour: Math.floor(clock.now() / HOUR_MS) - 23,
    });
    const byId = new Map(counts.map((row) => [row.destination_id, row]));
    return rows.map((row) => toDestination(row, byId.get(row.id), clock.now()));
  }
  return {
    async list({ gatewayId, search, cursor, limit = LIST_LIMIT }) {
      const [name, id] = cursor === undefined ? [] : decodeCursor(cursor, ['string', 'string']);
      const after = name === undefined || id === undefined ? undefined : { name, id };
      const rows = await selectDestinations(db.read, {
        ...{ gatewayId, search, after },
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        items: await withHealth(shown),
        nextCursor: last ? encodeCursor([last.sort_name, last.id]) : null,
        total: await countDestinations(db.read, { gatewayId, search }),
      };
    },
    async show(id) {
      const [shown] = await withHealth([await loadDestination(deps, id)]);
      return shown as Destination;
    },
  };
}

function toDestination(row: DestinationRow, counts: Counts | undefined, now: number): Destination {
  const isRotating = (row.previous_secret_until ?? 0) > now;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    url: row.url,
    gatewayId: row.gateway_id,
    pageIds: JSON.parse(row.page_ids),
    eventTypes: JSON.parse(row.event_types),
    enabled: row.enabled === 1,
    disabled:
      row.disabled_reason === null || row.disabled_at === null
        ? null
        : { reason: row.disabled_reason, at: row.disabled_at },
    publicKey: row.public_key,
    secret:
      row.secret_changed_at === null
        ? null
        : {
            changedAt: row.secret_changed_at,
            previousUntil: isRotating ? row.previous_secret_until : null,
          },
    health: toHealth(row, counts, now),
    version: row.version,
    createdAt: row.created_at,
  };
}

function toHealth(
  row: DestinationRow,
  counts: Counts | undefined,
  now: number,
): Destination['health'] {
  // PostgreSQL sums integers to bigint and bigint to numeric, which arrives as text.
  const waiting = Number(counts?.waiting ?? 0);
  const isPaused = (row.paused_until ?? 0) > now;
  return {
    state: stateOf(row, { waiting, isPaused }),
    waiting,
    oldestWaitingAt: counts?.oldest_at ?? null,
    parked: Number(counts?.parked ?? 0),
    delivered: Number(counts?.delivered ?? 0),
    failed: Number(counts?.failed ?? 0),
    failingSince: row.failing_since,
    lastDeliveredAt: counts?.last_delivered_at ?? null,
    pausedUntil: isPaused ? row.paused_until : null,
    problem: row.problem,
  };
}

export function stateOf(
  row: DestinationRow,
  { waiting, isPaused }: { waiting: number; isPaused: boolean },
): Destination['health']['state'] {
  if (row.enabled === 0) {
    return 'off';
  }
  if (isPaused) {
    return 'paused';
  }
  if (row.failing_since !== null) {
    return 'failing';
  }
  return waiting > 0 ? 'delivering' : 'idle';
}
