import { AppError } from '../errors.ts';

/** An opaque position in a sorted list: the sort values of the last row given. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a cursor of `length` values back. Throws `invalid` for anything we did not make. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(position) &&
      position.length === length &&
      position.every((part) => typeof part === 'string' || Number.isFinite(part))
    ) {
      return position;
    }
  } catch {
    // Falls through: the same answer for every malformed cursor.
  }
  throw new AppError('invalid', 'The cursor is not one of ours. Read the list from the start.');
}
