import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database, Executor } from './database.ts';

/** The time that all processes on one database agree on, in epoch milliseconds. */
export type SharedTime = (executor: Executor) => Promise<number>;

/**
 * Leases and schedules that replicas share go by PostgreSQL's clock: theirs may differ, or jump. On
 * the embedded database there is one process, and its own clock does.
 *
 * @param clock on PostgreSQL only what it was moved by counts, which is nothing outside tests.
 */
export function createSharedTime(db: Pick<Database, 'engine'>, clock: Clock): SharedTime {
  if (db.engine === 'sqlite') {
    return async () => clock.now();
  }
  return async (executor) => {
    const movedBy = clock.now() - Date.now();
    const { rows } = await sql<{ now: number }>`
      select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now`.execute(executor);
    return (rows[0]?.now ?? 0) + (Math.abs(movedBy) < 2 ? 0 : movedBy);
  };
}

/** What `SharedTime` said last, carried on by what only counts time, for where no database is asked. */
export type CarriedTime = Clock & { readonly note: (sharedNow: number) => void };

/** Right however far this process's own clock is off, which counts until something was noted. */
export function createCarriedTime(deps: { clock: Clock; elapsed: () => number }): CarriedTime {
  let noted: { sharedNow: number; at: number } | undefined;
  return {
    note(sharedNow) {
      noted = { sharedNow, at: deps.elapsed() };
    },
    now: () => (noted ? Math.round(noted.sharedNow + deps.elapsed() - noted.at) : deps.clock.now()),
  };
}
