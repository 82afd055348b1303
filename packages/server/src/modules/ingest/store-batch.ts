import type { Database, Executor } from '../../platform/db/index.ts';
import { canonical, parseExactly, sha256 } from './canonical.ts';
import type { ReceivedEvent } from './read-events.ts';
import { addCopies, insertEvents, type KnownEvent, type NewEventRow } from './store.ts';

/** The events of one POST on their way into the table. */
export type Arrival = {
  readonly gatewayId: string;
  readonly receivedAt: number;
  /** Milliseconds since receipt. */
  readonly ageMs: number;
  readonly events: readonly (ReceivedEvent & { readonly id: string })[];
  /** The `traceparent` of the POST. */
  readonly trace: string | null;
};

export type Stored = {
  readonly inserted: ReadonlySet<string>;
  readonly conflicting: readonly Conflict[];
};

/** Another body under a key that is known: kept beside it, parked, as the event `id`. */
export type Conflict = {
  readonly id: string;
  readonly knownId: string;
  readonly kind: string;
  readonly pageId: string;
};

/**
 * Writes the arrivals inside one transaction: what is new is inserted, what is known is counted, and
 * what is known with another body is kept as a parked event of its own. Within a batch the first one
 * wins, as it does in the table.
 */
export async function storeBatch(
  db: Database,
  tx: Executor,
  arrivals: readonly Arrival[],
): Promise<Stored> {
  const groups = groupByKey(arrivals);
  const heads = [...groups].sort(byFirst).map(([, { head }]) => head);
  const inserted = await insertEvents(db, tx, heads);
  const known = await addCopies(
    tx,
    heads.filter((row) => !inserted.has(row.id)),
  );
  const differing = findDiffering(groups, known);
  if (differing.length === 0) {
    return { inserted, conflicting: [] };
  }
  const kept = differing.map(({ row }) => row).sort(byKey);
  const keptIds = await insertEvents(db, tx, kept);
  await addCopies(
    tx,
    kept.filter((row) => !keptIds.has(row.id)),
  );
  return {
    inserted,
    conflicting: differing.map(({ row, knownId }) => ({
      id: row.id,
      knownId,
      kind: row.kind,
      pageId: row.page_id,
    })),
  };
}

type Group = { head: NewEventRow; others: NewEventRow[] };

const keyOf = (row: { gateway_id: string; page_id: string; dedupe_key: string }) =>
  `${row.gateway_id}\n${row.page_id}\n${row.dedupe_key}`;

function groupByKey(arrivals: readonly Arrival[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const arrival of arrivals) {
    for (const event of arrival.events) {
      const row = toRow(arrival, event);
      const key = keyOf(row);
      const group = groups.get(key);
      if (group) {
        group.head.copies += 1;
        group.others.push(row);
      } else {
        groups.set(key, { head: row, others: [] });
      }
    }
  }
  return groups;
}

/** Receipts and echoes: while there is a backlog they wait behind what people write (ADR 0022). */
const LATER = new Set(['delivery', 'read', 'echo']);

function toRow(arrival: Arrival, event: ReceivedEvent & { id: string }): NewEventRow {
  return {
    id: event.id,
    gateway_id: arrival.gatewayId,
    page_id: event.pageId,
    kind: event.kind,
    dedupe_key: event.dedupeKey,
    state: event.parked === undefined ? 'new' : 'parked',
    reason: event.parked ?? null,
    copies: 1,
    standby: event.standby ? 1 : 0,
    lane: LATER.has(event.kind) ? 1 : 0,
    sent_at: event.sentAt,
    received_at: arrival.receivedAt,
    stored_ms: arrival.ageMs,
    raw: event.raw,
    trace: arrival.trace,
  };
}

const byFirst = (a: readonly [string, unknown], b: readonly [string, unknown]) =>
  a[0] < b[0] ? -1 : 1;

const byKey = (a: NewEventRow, b: NewEventRow) => (keyOf(a) < keyOf(b) ? -1 : 1);

/** Rows whose body is not the one that is stored under their key, made ready to be kept as well. */
function findDiffering(
  groups: ReadonlyMap<string, Group>,
  known: readonly KnownEvent[],
): { row: NewEventRow; knownId: string }[] {
  const storedOf = new Map(known.map((event) => [keyOf(event), event]));
  const differing = new Map<string, { row: NewEventRow; knownId: string }>();
  for (const [key, { head, others }] of groups) {
    const stored = storedOf.get(key) ?? head;
    if (stored.raw === '') {
      // A tombstone: what is known is that it came before, and nothing to compare is kept.
      continue;
    }
    for (const row of stored === head ? others : [head, ...others]) {
      if (MUST_AGREE.has(row.kind) && !isSameElement(row.raw, stored.raw)) {
        const own = `x ${sha256(canonicalText(row.raw))}`;
        const entry = { ...row, dedupe_key: own, copies: 1, state: 'parked', reason: CONFLICT };
        differing.set(keyOf(entry), { row: { ...entry, state: 'parked' }, knownId: stored.id });
      }
    }
  }
  return [...differing.values()];
}

const CONFLICT = 'conflicting_copy';

/** Kinds whose key is an id. Two receipts with one watermark say the same, whatever else differs. */
const MUST_AGREE = new Set(['message', 'echo', 'postback', 'message_edit']);

const isSameElement = (a: string, b: string) => a === b || canonicalText(a) === canonicalText(b);

const canonicalText = (raw: string) => canonical(parseExactly(raw));
