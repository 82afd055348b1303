import type { Database, Executor } from '../../../platform/db/index.ts';
import type { RefreshRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export async function findRunningRefresh(
  tx: Executor,
  gatewayId: string,
): Promise<RefreshRow | undefined> {
  return tables(tx)
    .selectFrom('refresh_job')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('state', '=', 'running')
    .executeTakeFirst();
}

export async function insertRefresh(tx: Executor, row: RefreshRow): Promise<void> {
  await tables(tx).insertInto('refresh_job').values(row).execute();
}

export async function findRefresh(
  db: Executor,
  { gatewayId, id }: { gatewayId: string; id: string },
): Promise<RefreshRow | undefined> {
  return tables(db)
    .selectFrom('refresh_job')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findLatestRefresh(
  db: Executor,
  gatewayId: string,
): Promise<RefreshRow | undefined> {
  return tables(db)
    .selectFrom('refresh_job')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** When Meta was last read completely. */
export async function findRefreshedAt(db: Executor, gatewayId: string): Promise<number | null> {
  const row = await tables(db)
    .selectFrom('refresh_job')
    .select((eb) => eb.fn.max('finished_at').as('at'))
    .where('gateway_id', '=', gatewayId)
    .where('state', '=', 'done')
    .executeTakeFirst();
  return row?.at ?? null;
}

/** A job whose worker died is taken again when its lease ran out, and starts over. */
export async function claimRefresh(
  db: Database,
  tx: Executor,
  { now, leaseMs, claim }: { now: number; leaseMs: number; claim: string },
): Promise<RefreshRow | undefined> {
  const job = await db
    .skipLocked(
      tables(tx)
        .selectFrom('refresh_job')
        .selectAll()
        .where('state', '=', 'running')
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('started_at')
        .limit(1),
    )
    .executeTakeFirst();
  if (job) {
    await tables(tx)
      .updateTable('refresh_job')
      .set({ claim, claimed_until: now + leaseMs, done: 0 })
      .where('id', '=', job.id)
      .execute();
  }
  return job;
}

/** Says how far it is and keeps the claim; false when the claim was lost. */
export async function progressRefresh(
  tx: Executor,
  job: { id: string; claim: string; claimedUntil: number; done: number; total: number },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('refresh_job')
    .set({ claimed_until: job.claimedUntil, done: job.done, total: job.total })
    .where('id', '=', job.id)
    .where('claim', '=', job.claim)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function finishRefresh(
  tx: Executor,
  job: { id: string; claim: string; state: 'done' | 'failed'; problem: string | null; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('refresh_job')
    .set({ state: job.state, problem: job.problem, finished_at: job.at, claim: null })
    .where('id', '=', job.id)
    .where('claim', '=', job.claim)
    .execute();
}

export async function endRefreshesOfGateway(
  tx: Executor,
  { gatewayId, at }: { gatewayId: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('refresh_job')
    .set({ state: 'failed', finished_at: at, claim: null })
    .where('gateway_id', '=', gatewayId)
    .where('state', '=', 'running')
    .execute();
}
