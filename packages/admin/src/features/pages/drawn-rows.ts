import type { VirtualItem } from '@tanstack/react-virtual';
import { startTransition, useEffect, useState } from 'react';

/** Indexes of rows that follow each other, both ends included. */
export type Rows = { readonly first: number; readonly last: number };

/** A row costs the main thread 1.5 ms; four are a third of a frame on a slow machine. */
const AT_ONCE = 4;

/** The rows among `items` that are drawn by now. The others follow, a few at a time. */
export function useDrawnRows(items: readonly VirtualItem[]): readonly VirtualItem[] {
  const [drawn, setDrawn] = useState<Rows>();
  const [start, end] = [items[0], items.at(-1)];
  const wanted = start && end && { first: start.index, last: end.index };
  const next = wanted && growTowards(wanted, drawn, AT_ONCE);
  useEffect(() => {
    if (next?.first !== drawn?.first || next?.last !== drawn?.last) {
      startTransition(() => setDrawn(next));
    }
  });
  return drawn ? items.filter(({ index }) => index >= drawn.first && index <= drawn.last) : [];
}

/** What to draw next on the way to `wanted`: of what is drawn the part that stays, and `more` rows. */
export function growTowards(wanted: Rows, drawn: Rows | undefined, more: number): Rows {
  if (!drawn || drawn.last < wanted.first || drawn.first > wanted.last) {
    return { first: wanted.first, last: Math.min(wanted.last, wanted.first + more - 1) };
  }
  const stays = Math.max(wanted.first, drawn.first);
  const first = Math.max(wanted.first, stays - more);
  const left = more - (stays - first);
  return { first, last: Math.min(wanted.last, drawn.last + left) };
}
