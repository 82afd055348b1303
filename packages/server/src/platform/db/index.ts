/**
 * The database behind one face, on two engines: SQLite in one file (`node:sqlite`) and PostgreSQL.
 *
 * Guarantees: `transaction` commits durably before it resolves; inside one, every use of another
 * executor throws instead of deadlocking or escaping the rollback; writing through `read` fails.
 * What truly differs between the engines lives in this folder and nowhere else.
 */
import type { Database } from './database.ts';
import { openSqlite } from './sqlite.ts';

export { decodeCursor, encodeCursor } from './cursor.ts';
export type { Database, Executor } from './database.ts';
export { likePattern } from './like.ts';
export { isOutage } from './outage.ts';

export async function openDatabase(options: {
  /** `postgres://…`; empty opens the SQLite file. */
  readonly url: string;
  readonly file: string;
  readonly schema?: string;
  readonly poolSize?: number;
  /** For who only inserts: how that is done does not depend on what a table holds. */
  readonly keepsPlans?: boolean;
  /** For looking only: nothing is made, and every write fails. */
  readonly readOnly?: boolean;
}): Promise<Database> {
  if (options.url === '') {
    return openSqlite(options);
  }
  // Loaded when used: the driver costs 8 MB that the embedded database need not pay.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(options);
}
export { type Rest, throughOutages } from './through-outage.ts';
