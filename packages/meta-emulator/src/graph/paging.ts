import { badParameter } from './failure.ts';
import type { Params } from './params.ts';
import { textParam } from './params.ts';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

function limitOf(params: Params): number {
  const limit = Number(textParam(params, 'limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 0) {
    throw badParameter('Param limit must be an integer');
  }
  return Math.min(Math.max(limit, 1), MAX_LIMIT);
}

// Meta's cursors are opaque text that begins like this; the position is all they hold here.
const toCursor = (position: number) => Buffer.from(`ATcursor:${position}`).toString('base64url');

function fromCursor(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const position = /^ATcursor:(\d+)$/.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (position === undefined) {
    throw badParameter('Invalid cursors values');
  }
  return Number(position);
}

export interface ResultPage<Item> {
  readonly items: Item[];
  /** Absent where there is nothing to page through. */
  readonly paging?: object;
}

/**
 * One result page. `self` is the address of the call without paging parameters.
 *
 * https://developers.facebook.com/docs/graph-api/results
 */
export function pageOf<Item>(
  all: readonly Item[],
  { params, self }: { params: Params; self: string },
): ResultPage<Item> {
  const limit = limitOf(params);
  const before = fromCursor(textParam(params, 'before'));
  const after = fromCursor(textParam(params, 'after')) ?? 0;
  const start = before === undefined ? after : Math.max(before - limit, 0);
  const stop = Math.min(before ?? start + limit, all.length);
  if (all.length === 0) {
    return { items: [] };
  }
  const link = (name: string, cursor: string) => {
    const url = new URL(self);
    url.searchParams.set('limit', String(limit));
    url.searchParams.set(name, cursor);
    return url.toString();
  };
  const cursors = { before: toCursor(start), after: toCursor(stop) };
  return {
    items: all.slice(start, stop),
    paging: {
      cursors,
      ...(stop < all.length ? { next: link('after', cursors.after) } : {}),
      ...(start > 0 ? { previous: link('before', cursors.before) } : {}),
    },
  };
}

/** Stands for an item that Meta filters out after it cut the result page. */
const HOLE: unique symbol = Symbol('filtered out');

/** As `pageOf`, with result pages that are short or empty and still have a next one. */
export function shortPageOf<Item>(
  all: readonly Item[],
  options: { params: Params; self: string },
): ResultPage<Item> {
  const holes = (count: number): (typeof HOLE)[] => Array.from({ length: count }, () => HOLE);
  const padded = all.flatMap((item, index): (Item | typeof HOLE)[] => {
    const before = index === 1 ? holes(2 * MAX_LIMIT) : holes(index % 3 === 2 ? 4 : 0);
    return [...before, item];
  });
  const { items, ...rest } = pageOf<Item | typeof HOLE>(padded, options);
  return { ...rest, items: items.filter((item): item is Item => item !== HOLE) };
}
