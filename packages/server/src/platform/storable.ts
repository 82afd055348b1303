/**
 * Whether both databases can keep every text and number in a value. PostgreSQL refuses a zero byte in
 * a text; beyond 2^53 a number is not the one that was written, and SQLite does not read it back, so
 * that one row would break every list it is in. Not recursive: a megabyte of brackets is deeper than
 * the stack.
 */
export function isStorable(value: unknown): boolean {
  const pending = [value];
  for (const part of pending) {
    if (typeof part === 'string' && part.includes('\0')) {
      return false;
    }
    if (typeof part === 'number' && Math.abs(part) > Number.MAX_SAFE_INTEGER) {
      return false;
    }
    if (typeof part === 'object' && part !== null && !Buffer.isBuffer(part)) {
      for (const entry of Object.entries(part)) {
        pending.push(...entry);
      }
    }
  }
  return true;
}
