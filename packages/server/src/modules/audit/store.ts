import { sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';

export type EntryRow = {
  seq: number;
  id: string;
  at: number;
  actor_kind: 'person' | 'api_key' | 'system' | 'meta';
  actor_id: string | null;
  actor_name: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  subject_name: string | null;
  gateway_id: string | null;
  before: string | null;
  after: string | null;
  hmac: string;
};

type Tables = { audit_entry: EntryRow };

/** A number of our own for PostgreSQL's advisory lock: "aud" in ASCII. */
const CHAIN_LOCK = 0x617564;

/** The end of the chain, locked until the transaction ends so that two writers cannot fork it. */
export async function lastEntry(
  db: Database,
  tx: Executor,
): Promise<{ seq: number; hmac: string }> {
  if (db.engine === 'postgres') {
    await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx);
  }
  const last = await tx
    .withTables<Tables>()
    .selectFrom('audit_entry')
    .select(['seq', 'hmac'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hmac: '' };
}

export async function appendEntry(tx: Executor, row: EntryRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('audit_entry').values(row).execute();
}

export async function readEntries(
  db: Executor,
  { after, limit }: { after: number; limit: number },
): Promise<EntryRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('audit_entry')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}
