import { sql } from 'kysely';
import type { Database, Executor } from '../platform/db/index.ts';

/** Lets the database fail within `tx`, for real: SQLite has no room left, PostgreSQL hangs up. */
export async function causeOutage({ engine }: Pick<Database, 'engine'>, tx: Executor) {
  if (engine === 'postgres') {
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
    return;
  }
  // Less than there is means: no more than there is.
  await sql`pragma max_page_count = 1`.execute(tx);
  try {
    await sql`create table filler as select zeroblob(100000000) as bytes`.execute(tx);
  } finally {
    await sql`pragma max_page_count = 4294967294`.execute(tx);
  }
}

/** The same database; each transaction first takes the next of `plan`, and has an outage if it says so. */
export function withOutages(db: Database) {
  const plan: ('outage' | 'works')[] = [];
  const database: Database = {
    ...db,
    transaction: (work) =>
      db.transaction(async (tx) => {
        if (plan.shift() === 'outage') {
          await causeOutage(db, tx);
        }
        return work(tx);
      }),
  };
  return { database, plan };
}
