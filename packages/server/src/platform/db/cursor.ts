import { AppError } from '../errors.ts';
import { isStorable } from '../storable.ts';

type Kind = 'string' | 'number';
type Position<K extends readonly Kind[]> = {
  -readonly [I in keyof K]: K[I] extends 'number' ? number : string;
};

/** An opaque position in a sorted list: the sort values of the last row given. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor of values of these kinds back. Throws `invalid` for anything we did not make:
 * PostgreSQL fails where a number is compared with a text.
 */
export function decodeCursor<const K extends readonly Kind[]>(
  cursor: string,
  kinds: K,
): Position<K> {
  const position = parse(cursor);
  const isOurs =
    Array.isArray(position) &&
    position.length === kinds.length &&
    // Every number in a cursor of ours is a whole one.
    position.every((part, n) => typeof part === kinds[n] && isStorable(part)) &&
    position.every((part) => typeof part === 'string' || Number.isInteger(part));
  if (!isOurs) {
    throw new AppError('invalid', 'The cursor is not one of ours. Read the list from the start.');
  }
  return position as unknown as Position<K>;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
