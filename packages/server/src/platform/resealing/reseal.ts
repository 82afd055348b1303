import type { Database } from '../db/index.ts';
import { placeIn, type Seal, type SealedColumn } from '../seal.ts';
import { countByKey, replaceSealed, type SealedRow, selectUnderKeys } from './store.ts';

/** A batch opens and seals within some 20 ms, and holds the writer for less. */
const BATCH = 200;

/** Which keys the sealed values of a database hang on. */
export type SealedCounts = {
  readonly current: number;
  /** Under an earlier key that is given, too. */
  readonly earlier: number;
  /** Under keys that are not given: `table.column: how many`. */
  readonly lost: readonly string[];
};

type Deps = { readonly db: Database; readonly seal: Seal };

export async function countSealed({ db, seal }: Deps): Promise<SealedCounts> {
  let current = 0;
  let earlier = 0;
  const lost: string[] = [];
  for (const column of seal.columns) {
    for (const { keyId, count } of await countByKey(db.read, column)) {
      if (keyId === seal.keyIds[0]) {
        current += count;
      } else if (seal.keyIds.includes(keyId)) {
        earlier += count;
      } else {
        lost.push(`${column.table}.${column.column}: ${count}`);
      }
    }
  }
  return { current, earlier, lost };
}

export type Resealed = {
  readonly resealed: number;
  /** Their key is given, and they do not open all the same: altered, or moved to another row. */
  readonly broken: readonly string[];
};

/**
 * Seals with the first key what stands under an earlier one, batch by batch. What somebody changes
 * meanwhile is left to them; stopped at any moment, the next run goes on where this one was.
 */
export async function resealAll(deps: Deps): Promise<Resealed> {
  const earlier = deps.seal.keyIds.slice(1);
  let resealed = 0;
  const broken: string[] = [];
  for (const column of earlier.length > 0 ? deps.seal.columns : []) {
    let after: SealedRow | undefined;
    do {
      const rows = await selectUnderKeys(deps.db.read, column, {
        ...{ keyIds: earlier, after, limit: BATCH },
      });
      resealed += await resealBatch(deps, column, { rows, broken });
      after = rows.length < BATCH ? undefined : rows.at(-1);
    } while (after);
  }
  return { resealed, broken };
}

async function resealBatch(
  { db, seal }: Deps,
  column: SealedColumn,
  { rows, broken }: { rows: readonly SealedRow[]; broken: string[] },
): Promise<number> {
  const ready = rows.flatMap((row) => {
    const place = placeIn(column, row);
    try {
      const secret = seal.open(row[column.column] ?? '', place);
      return [{ row, sealed: seal.seal(secret, place) }];
    } catch {
      broken.push(`${column.table}.${column.column} of ${place.id}`);
      return [];
    }
  });
  if (ready.length === 0) {
    return 0;
  }
  return db.transaction(async (tx) => {
    let replaced = 0;
    for (const each of ready) {
      replaced += (await replaceSealed(tx, column, each)) ? 1 : 0;
    }
    return replaced;
  });
}
