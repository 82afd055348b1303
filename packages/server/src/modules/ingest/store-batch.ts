import type { Database, Executor } from '../../platform/db/index.ts';
import { canonical, parseExactly, sha256 } from './canonical.ts';
import { addCopies, insertEvents, type KnownEvent, type NewEventRow } from './store.ts';

export type Stored = {
  /** Ids that were given to events that had come before. */
  readonly copies: ReadonlySet<string>;
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
 * Writes what arrived inside one transaction: what is new is inserted, what is known is counted, and
 * what is known with another body is kept as a parked event of its own. Within a batch the first one
 * wins, as it does in the table.
 */
export async function storeBatch(
  db: Database,
  tx: Executor,
  arrived: readonly NewEventRow[],
): Promise<Stored> {
  const groups = groupByKey(arrived);
  const heads = groups.map(({ head }) => head);
  const skipped = await insertEvents(db, tx, heads);
  const known =
    skipped.size === 0
      ? []
      : await addCopies(
          tx,
          heads.filter(({ id }) => skipped.has(id)),
        );
  // Of several with one key the first was inserted, if any.
  const copies = new Set([
    ...skipped,
    ...groups.flatMap(({ others }) => others.map(({ id }) => id)),
  ]);
  const differing = findDiffering(groups, known);
  if (differing.length === 0) {
    return { copies, conflicting: [] };
  }
  const kept = differing.map(({ row }) => row).sort(byKey);
  const keptBefore = await insertEvents(db, tx, kept);
  await addCopies(
    tx,
    kept.filter(({ id }) => keptBefore.has(id)),
  );
  return {
    copies,
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

/** In the order of their keys. */
function groupByKey(arrived: readonly NewEventRow[]): Group[] {
  const groups: Group[] = [];
  let last: Group | undefined;
  // Sorting leaves equal ones in the order of arrival.
  for (const row of arrived.toSorted(byKey)) {
    if (last && byKey(last.head, row) === 0) {
      // Another one: a transaction that is run again begins with the rows as they were.
      last.head = { ...last.head, copies: last.head.copies + 1 };
      last.others.push(row);
    } else {
      last = { head: row, others: [] };
      groups.push(last);
    }
  }
  return groups;
}

/** In parts: each joined key would be a text more, and in a Map one more that V8 keeps a table of. */
function byKey(a: NewEventRow, b: NewEventRow): number {
  return (
    compare(a.dedupe_key, b.dedupe_key) ||
    compare(a.page_id, b.page_id) ||
    compare(a.gateway_id, b.gateway_id)
  );
}

function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** Rows whose body is not the one that is stored under their key, made ready to be kept as well. */
function findDiffering(
  groups: readonly Group[],
  known: readonly KnownEvent[],
): { row: NewEventRow; knownId: string }[] {
  const storedOf = new Map(known.map((event) => [keyOf(event), event]));
  const differing = new Map<string, { row: NewEventRow; knownId: string }>();
  for (const { head, others } of groups) {
    const stored = known.length === 0 ? head : (storedOf.get(keyOf(head)) ?? head);
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
