import { sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';

export const STATES = ['pending', 'stored', 'failed', 'too_large', 'expired', 'blocked'] as const;
export type AttachmentState = (typeof STATES)[number];
export type StorageKind = 'disk' | 's3';

export type AttachmentRow = {
  id: string;
  gateway_id: string;
  conversation_id: string;
  message_id: string;
  /** Place among the attachments of the message, from 0. */
  position: number;
  /** Meta's word: image, audio, … */
  kind: string;
  url: string;
  title: string | null;
  state: AttachmentState;
  reason: string | null;
  /** Fetches that failed for what the other side did. */
  attempts: number;
  next_at: number | null;
  claim: string | null;
  storage: StorageKind | null;
  object_key: string | null;
  sha256: string | null;
  bytes: number | null;
  media_type: string | null;
  shown: 'image' | 'audio' | 'video' | null;
  name: string | null;
  created_at: number;
  settled_at: number | null;
};

type Tables = {
  attachment: AttachmentRow;
  attachment_removal: { object_key: string; storage: StorageKind; due_at: number };
};

const tables = (db: Executor) => db.withTables<Tables>();

export type NewAttachment = Pick<
  AttachmentRow,
  | 'id'
  | 'gateway_id'
  | 'conversation_id'
  | 'message_id'
  | 'position'
  | 'kind'
  | 'url'
  | 'title'
  | 'created_at'
>;

export async function insertAttachments(
  db: Database,
  tx: Executor,
  rows: readonly NewAttachment[],
): Promise<void> {
  await db.bulkInsert(tx, {
    table: 'attachment',
    columns: {
      ...{ id: 'text', gateway_id: 'text', conversation_id: 'text', message_id: 'text' },
      ...{ position: 'bigint', kind: 'text', url: 'text', title: 'text', state: 'text' },
      ...{ attempts: 'bigint', next_at: 'bigint', created_at: 'bigint' },
    },
    rows: rows.map((row) => [
      ...[row.id, row.gateway_id, row.conversation_id, row.message_id],
      ...[row.position, row.kind, row.url, row.title, 'pending'],
      ...[0, row.created_at, row.created_at],
    ]),
    skipConflictsOn: ['message_id', 'position'],
    id: 'id',
  });
}

/**
 * Takes up to `limit` due attachments and hides them until the lease runs out. A process that dies
 * meanwhile causes a second fetch, never an attachment that is forgotten.
 */
export async function claimDue(
  db: Database,
  tx: Executor,
  { limit, now, leaseMs, claim }: { limit: number; now: number; leaseMs: number; claim: string },
): Promise<AttachmentRow[]> {
  const due = await db
    .skipLocked(
      tables(tx)
        .selectFrom('attachment')
        .select('id')
        .where('next_at', 'is not', null)
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .limit(limit),
    )
    .execute();
  if (due.length === 0) {
    return [];
  }
  return tables(tx)
    .updateTable('attachment')
    .set({ claim, next_at: now + leaseMs })
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .returningAll()
    .execute();
}

export type Settlement = Pick<
  AttachmentRow,
  | 'state'
  | 'reason'
  | 'attempts'
  | 'next_at'
  | 'storage'
  | 'object_key'
  | 'sha256'
  | 'bytes'
  | 'media_type'
  | 'shown'
  | 'name'
  | 'settled_at'
>;

/** Writes what became of it, unless somebody else claimed or erased it meanwhile. */
export async function settle(
  tx: Executor,
  { id, claim }: { id: string; claim: string },
  settlement: Settlement,
): Promise<boolean> {
  const settled = await tables(tx)
    .updateTable('attachment')
    .set({ ...settlement, claim: null })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .returning('id')
    .executeTakeFirst();
  return settled !== undefined;
}

/** Makes one due again from the beginning; undefined when it is stored, or not there. */
export async function makeDue(
  tx: Executor,
  { id, now }: { id: string; now: number },
): Promise<AttachmentRow | undefined> {
  return tables(tx)
    .updateTable('attachment')
    .set({ state: 'pending', reason: null, attempts: 0, next_at: now, claim: null })
    .where('id', '=', id)
    .where('state', '!=', 'stored')
    .returningAll()
    .executeTakeFirst();
}

export async function findAttachment(db: Executor, id: string): Promise<AttachmentRow | undefined> {
  return tables(db).selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findOfMessages(
  db: Executor,
  messageIds: readonly string[],
): Promise<AttachmentRow[]> {
  if (messageIds.length === 0) {
    return [];
  }
  return tables(db)
    .selectFrom('attachment')
    .selectAll()
    .where('message_id', 'in', messageIds)
    .execute();
}

/** Removes rows and notes their files for removal, both or neither. */
export async function erase(
  tx: Executor,
  which: { column: 'message_id' | 'conversation_id'; ids: readonly string[]; now: number },
): Promise<number> {
  const { column, ids, now } = which;
  const erased = await tables(tx)
    .deleteFrom('attachment')
    .where(column, 'in', ids)
    .returning(['object_key', 'storage'])
    .execute();
  for (const { object_key, storage } of erased) {
    if (object_key !== null && storage !== null) {
      await noteRemoval(tx, { object_key, storage, due_at: now });
    }
  }
  return erased.length;
}

export async function noteRemoval(
  tx: Executor,
  removal: Tables['attachment_removal'],
): Promise<void> {
  await tables(tx)
    .insertInto('attachment_removal')
    .values(removal)
    .onConflict((conflict) => conflict.column('object_key').doUpdateSet({ due_at: removal.due_at }))
    .execute();
}

export async function findDueRemovals(
  db: Executor,
  { now, limit }: { now: number; limit: number },
): Promise<Tables['attachment_removal'][]> {
  return tables(db)
    .selectFrom('attachment_removal')
    .selectAll()
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
}

export async function endRemovals(tx: Executor, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) {
    return;
  }
  await tables(tx).deleteFrom('attachment_removal').where('object_key', 'in', keys).execute();
}

export async function postponeRemovals(
  tx: Executor,
  { keys, until }: { keys: readonly string[]; until: number },
): Promise<void> {
  if (keys.length === 0) {
    return;
  }
  await tables(tx)
    .updateTable('attachment_removal')
    .set({ due_at: until })
    .where('object_key', 'in', keys)
    .execute();
}

/** How many wait for a fetch or a file's removal, and how long the oldest has waited. */
export async function readBacklog(
  db: Executor,
  now: number,
): Promise<{ pending: number; removals: number; oldestMs: number }> {
  const { rows } = await sql<{ pending: number; removals: number; oldest: number | null }>`
    select (select count(*) from attachment where next_at is not null) as pending,
      (select count(*) from attachment_removal) as removals,
      (select min(created_at) from attachment where next_at is not null) as oldest`.execute(db);
  const { pending = 0, removals = 0, oldest = null } = rows[0] ?? {};
  return { pending, removals, oldestMs: oldest === null ? 0 : Math.max(0, now - oldest) };
}
