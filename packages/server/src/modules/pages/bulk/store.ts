import type { Database, Executor } from '../../../platform/db/index.ts';
import { inChunks } from '../store.ts';
import type { BulkItemRow, BulkJobRow, Tables } from '../tables.ts';

const tables = (db: Executor) => db.withTables<Tables>();

export async function insertBulk(
  tx: Executor,
  { job, items }: { job: BulkJobRow; items: readonly BulkItemRow[] },
): Promise<void> {
  await tables(tx).insertInto('bulk_job').values(job).execute();
  for (const some of inChunks(items, 100)) {
    await tables(tx).insertInto('bulk_item').values(some).execute();
  }
}

export async function findRunningBulk(
  db: Executor,
  gatewayId: string,
): Promise<BulkJobRow | undefined> {
  return tables(db)
    .selectFrom('bulk_job')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('state', '=', 'running')
    .executeTakeFirst();
}

export async function findBulk(
  db: Executor,
  { gatewayId, id }: { gatewayId: string; id: string },
): Promise<BulkJobRow | undefined> {
  return ofGateway(db, gatewayId).where('id', '=', id).executeTakeFirst();
}

export async function findLatestBulk(
  db: Executor,
  gatewayId: string,
): Promise<BulkJobRow | undefined> {
  return ofGateway(db, gatewayId)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

const ofGateway = (db: Executor, gatewayId: string) =>
  tables(db).selectFrom('bulk_job').selectAll().where('gateway_id', '=', gatewayId);

export async function countBulkItems(
  db: Executor,
  jobId: string,
): Promise<Record<BulkItemRow['state'], number>> {
  const rows = await tables(db)
    .selectFrom('bulk_item')
    .select((eb) => ['state', eb.fn.countAll<number>().as('n')])
    .where('job_id', '=', jobId)
    .groupBy('state')
    .execute();
  const counted = { pending: 0, done: 0, refused: 0 };
  for (const { state, n } of rows) {
    counted[state] = Number(n);
  }
  return counted;
}

export async function listBulkItems(db: Executor, jobId: string): Promise<BulkItemRow[]> {
  return tables(db)
    .selectFrom('bulk_item')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('position')
    .execute();
}

export async function listPendingItems(
  db: Executor,
  { jobId, limit }: { jobId: string; limit: number },
): Promise<BulkItemRow[]> {
  return tables(db)
    .selectFrom('bulk_item')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('state', '=', 'pending')
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** A job whose worker died is taken again when its lease ran out, and goes on where it was. */
export async function claimBulk(
  db: Database,
  tx: Executor,
  { now, leaseMs, claim }: { now: number; leaseMs: number; claim: string },
): Promise<BulkJobRow | undefined> {
  const job = await db
    .skipLocked(
      tables(tx)
        .selectFrom('bulk_job')
        .selectAll()
        .where('state', '=', 'running')
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('started_at')
        .limit(1),
    )
    .executeTakeFirst();
  if (job) {
    await tables(tx)
      .updateTable('bulk_job')
      .set({ claim, claimed_until: now + leaseMs })
      .where('id', '=', job.id)
      .execute();
  }
  return job;
}

/** Keeps the claim; false when it was lost. */
export async function keepBulkClaim(
  tx: Executor,
  { id, claim, claimedUntil }: { id: string; claim: string; claimedUntil: number },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('bulk_job')
    .set({ claimed_until: claimedUntil })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function settleBulkItem(
  tx: Executor,
  item: Pick<BulkItemRow, 'job_id' | 'position' | 'state' | 'error'>,
): Promise<void> {
  await tables(tx)
    .updateTable('bulk_item')
    .set({ state: item.state, error: item.error })
    .where('job_id', '=', item.job_id)
    .where('position', '=', item.position)
    .where('state', '=', 'pending')
    .execute();
}

export async function finishBulk(
  tx: Executor,
  { id, claim, at }: { id: string; claim: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('bulk_job')
    .set({ state: 'done', finished_at: at, claim: null })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .execute();
}

/** What the deletion of a gateway leaves undone is refused with these words. */
export async function endBulkOfGateway(
  tx: Executor,
  { gatewayId, at, error }: { gatewayId: string; at: number; error: string },
): Promise<void> {
  const running = await findRunningBulk(tx, gatewayId);
  if (!running) {
    return;
  }
  await tables(tx)
    .updateTable('bulk_item')
    .set({ state: 'refused', error })
    .where('job_id', '=', running.id)
    .where('state', '=', 'pending')
    .execute();
  await tables(tx)
    .updateTable('bulk_job')
    .set({ state: 'done', finished_at: at, claim: null })
    .where('id', '=', running.id)
    .execute();
}
