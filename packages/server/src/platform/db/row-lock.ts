import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * The end of a `select` that locks what it reads until the transaction ends; `skip` passes over what
 * others hold. SQLite has one writer and needs neither.
 */
export function rowLock(
  { engine }: Pick<Database, 'engine'>,
  others: 'wait' | 'skip',
): RawBuilder<unknown> {
  if (engine === 'sqlite') {
    return sql``;
  }
  return others === 'skip' ? sql`for update skip locked` : sql`for update`;
}
