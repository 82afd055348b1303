/** A sort value, and the id that tells equal ones apart. */
export type Place = readonly [string | number, string];

/**
 * A page of a list that is short enough to be searched and sorted here rather than by SQL: SQLite folds
 * the case of ASCII only, and names are not ASCII. 5,000 rows take 10 ms.
 */
export function pageOf<T>(
  rows: readonly T[],
  list: {
    placeOf: (row: T) => Place;
    descending?: boolean;
    /** The place of the last row of the page before. */
    after: Place | undefined;
    limit: number;
  },
): { shown: T[]; next: Place | undefined } {
  const { placeOf, descending = false, after, limit } = list;
  const compare = (a: Place, b: Place) => (descending ? order(b, a) : order(a, b));
  const rest = rows
    .map((row) => ({ row, place: placeOf(row) }))
    .filter(({ place }) => after === undefined || compare(place, after) > 0)
    .sort((a, b) => compare(a.place, b.place));
  const shown = rest.slice(0, limit);
  return {
    shown: shown.map(({ row }) => row),
    next: rest.length > limit ? shown.at(-1)?.place : undefined,
  };
}

function order([a, idA]: Place, [b, idB]: Place): number {
  if (a !== b) {
    return a < b ? -1 : 1;
  }
  return idA < idB ? -1 : Number(idA > idB);
}

/** Whether a text holds what was searched for, in any case; `*` stands for anything. */
export function matcher(search: string): (text: string) => boolean {
  const parts = search.trim().toLowerCase().split('*');
  return (text) => {
    const folded = text.toLowerCase();
    let from = 0;
    for (const part of parts) {
      const at = folded.indexOf(part, from);
      if (at === -1) {
        return false;
      }
      from = at + part.length;
    }
    return true;
  };
}
