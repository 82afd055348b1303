import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { MetaError, unreachable } from './meta-error.ts';

/** All result pages of a list. An incomplete reading is a value: what was read is certain. */
export type Reading<T> = {
  readonly items: readonly T[];
  readonly requests: number;
  readonly complete: boolean;
  readonly problem?: MetaError;
};

const ListSchema = Type.Object({
  data: Type.Array(Type.Unknown()),
  paging: Type.Optional(
    Type.Object({
      next: Type.Optional(Type.String()),
      cursors: Type.Optional(Type.Object({ after: Type.Optional(Type.String()) })),
    }),
  ),
});

/** 100,000 items at 100 each. A list that goes on longer is a loop. */
const MAX_REQUESTS = 1_000;

/**
 * Reads until `next` is absent: result pages may be short or empty and still have a next one. Of
 * `next` only the cursor is used, never the address.
 *
 * https://developers.facebook.com/docs/graph-api/results
 */
export async function readAll<S extends TSchema>(
  read: (cursor: Readonly<Record<string, string>>) => Promise<unknown>,
  item: S,
): Promise<Reading<Static<S>>> {
  const items: Static<S>[] = [];
  const seen = new Set<string>();
  let cursor: Record<string, string> = {};
  let requests = 0;
  try {
    for (;;) {
      requests += 1;
      const page = await read(cursor);
      if (!Check(ListSchema, page) || !isListOf(item, page.data)) {
        throw unreachable('nonsense');
      }
      items.push(...page.data);
      if (page.paging?.next === undefined) {
        return { items, requests, complete: true };
      }
      const after = afterOf(page.paging.next) ?? page.paging.cursors?.after;
      if (after === undefined || seen.has(after) || requests >= MAX_REQUESTS) {
        throw unreachable('nonsense');
      }
      seen.add(after);
      cursor = { after };
    }
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    return { items, requests, complete: false, problem: error };
  }
}

function isListOf<S extends TSchema>(item: S, data: unknown[]): data is Static<S>[] {
  return data.every((value) => Check(item, value));
}

function afterOf(next: string): string | undefined {
  return (URL.canParse(next) && new URL(next).searchParams.get('after')) || undefined;
}
