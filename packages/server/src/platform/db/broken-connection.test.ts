import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Executor } from './index.ts';
import { openPostgres } from './postgres.ts';

// biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
const url = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';

// Without a listener of the connection itself this run ends with an unhandled error, as a server would.
test.runIf(url !== '')(
  'a connection that breaks within a transaction ends nothing else',
  async () => {
    const db = await testDatabase();
    let broken = 0;
    const work = db.transaction(async (tx) => {
      broken = await backendOf(tx);
      await endBackend(broken);
      await sql`select 1`.execute(tx);
    });
    await expect(work).rejects.toThrow();
    expect(await db.transaction(backendOf)).not.toBe(broken);
  },
);

test.runIf(url !== '')(
  'what a process that stands still within a transaction has locked is let go',
  async () => {
    const name = `still_${process.pid}`;
    const lock = (tx: Executor) => sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(tx);
    const [still, other] = await Promise.all([
      openPostgres({ url, idleInTransactionMs: 20 }),
      openPostgres({ url }),
    ]);
    const wakeUp = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const stopped = still.transaction(async (tx) => {
      await lock(tx);
      locked.resolve();
      await wakeUp.promise;
      await lock(tx);
    });
    await locked.promise;
    await other.transaction(lock);
    wakeUp.resolve();
    await expect(stopped).rejects.toThrow();
    // And not so late that POSTs of Meta's, which are refused after three seconds, wait for it.
    const { rows } = await sql<{ ms: string }>`
      select setting as ms from pg_settings
      where name = 'idle_in_transaction_session_timeout'`.execute(other.read);
    expect(Number(rows[0]?.ms)).toBeLessThan(3_000);
    await Promise.all([still.close(), other.close()]);
  },
);

async function backendOf(tx: Executor): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  return rows[0]?.pid ?? 0;
}

/** Gives when it is gone, five seconds at most. */
async function endBackend(pid: number): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('select pg_terminate_backend($1, 5000)', [pid]);
  await client.end();
}
