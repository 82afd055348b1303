import { type SqlBool, sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';

export type ReplayRow = {
  id: string;
  destination_id: string;
  state: 'running' | 'done' | 'cancelled';
  /** JSON: which events. */
  selection: string;
  /** JSON: how far it came; null at the start. */
  cursor: string | null;
  events: number;
  queued: number;
  started_at: number;
  started_by: string;
  finished_at: number | null;
};

type Tables = { delivery_replay: ReplayRow };

export async function insertReplay(tx: Executor, row: ReplayRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('delivery_replay').values(row).execute();
}

export async function hasRunning(db: Executor): Promise<boolean> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('delivery_replay')
    .select('id')
    .where(sql<SqlBool>`state = 'running'`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The oldest running replay, locked until the transaction ends; replicas take different ones. */
export async function lockRunning(db: Database, tx: Executor): Promise<ReplayRow | undefined> {
  return db
    .skipLocked(
      tx
        .withTables<Tables>()
        .selectFrom('delivery_replay')
        .selectAll()
        .where(sql<SqlBool>`state = 'running'`)
        .orderBy('started_at')
        .limit(1),
    )
    .executeTakeFirst();
}

export async function advanceReplay(
  tx: Executor,
  row: Pick<ReplayRow, 'id' | 'state' | 'cursor' | 'queued' | 'finished_at'>,
): Promise<void> {
  const { id, ...set } = row;
  await tx
    .withTables<Tables>()
    .updateTable('delivery_replay')
    .set(set)
    .where('id', '=', id)
    .execute();
}

export async function selectReplays(
  db: Executor,
  { destinationId, limit }: { destinationId: string; limit: number },
): Promise<ReplayRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('delivery_replay')
    .selectAll()
    .where('destination_id', '=', destinationId)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
}
