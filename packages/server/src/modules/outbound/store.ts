import { sql } from 'kysely';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { SenderKind, Tag } from './decide-window.ts';

/**
 * A reply and its state:
 * - `waiting`: due at `next_at`, behind every earlier one of its conversation;
 * - `sending`: claimed, the call is under way or its process is gone; past `claimed_until` it
 *   becomes `unknown`;
 * - `unknown`: it may have arrived; leaves this state by an echo, by what Meta tells when asked, by
 *   the late answer to its call, or by a person;
 * - `sent`, `failed`: ends; a person may bring a failed one back to `waiting`.
 */
export type ReplyRow = {
  id: string;
  /** Parts of one text belong to one request. */
  request_id: string;
  conversation_id: string;
  gateway_id: string;
  page_id: string;
  /** Order within the conversation. */
  position: number;
  part: number;
  parts: number;
  sender_kind: SenderKind;
  sender_id: string;
  sender_name: string;
  text: string | null;
  /** JSON. */
  attachment: string | null;
  quick_replies: string | null;
  is_media: number;
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';
  tag: Tag | null;
  attempts: number;
  next_at: number;
  give_up_at: number;
  claim: string | null;
  claimed_until: number | null;
  call_began_at: number | null;
  settle_attempts: number;
  settle_at: number | null;
  mid: string | null;
  message_id: string | null;
  message_at: number | null;
  failure: string | null;
  /** JSON: what Meta said last. */
  problem: string | null;
  created_at: number;
  sent_at: number | null;
  linked_at: number | null;
  /** The `traceparent` of the request that posted it; null where that is not traced. */
  trace: string | null;
};

type Tables = {
  reply: ReplyRow;
  reply_lane: { conversation_id: string; position: number; unreachable_since: number | null };
  reply_request: {
    caller: string;
    key: string;
    body_hash: string;
    conversation_id: string;
    /** JSON, as it was answered. */
    answer: string | null;
    created_at: number;
  };
};

const tables = (db: Executor) => db.withTables<Tables>();

export type RequestKey = { readonly caller: string; readonly key: string };

/** False: the key is used. Waits for whoever is using it at this moment. */
export async function insertRequest(
  tx: Executor,
  row: Omit<Tables['reply_request'], 'answer'>,
): Promise<boolean> {
  const inserted = await tables(tx)
    .insertInto('reply_request')
    .values({ ...row, answer: null })
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function findRequest(
  db: Executor,
  { caller, key }: RequestKey,
): Promise<{ body_hash: string; answer: string | null } | undefined> {
  return tables(db)
    .selectFrom('reply_request')
    .select(['body_hash', 'answer'])
    .where('caller', '=', caller)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function setAnswer(tx: Executor, { caller, key }: RequestKey, answer: string) {
  await tables(tx)
    .updateTable('reply_request')
    .set({ answer })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .execute();
}

/** Some at a time; gives how many went. */
export async function deleteOldRequests(
  tx: Executor,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const result = await sql`
    delete from reply_request where (caller, key) in (
      select caller, key from reply_request where created_at < ${before}
      order by created_at limit ${limit})`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}

/** Takes the next `count` places of a conversation and gives the last one; others wait meanwhile. */
export async function takePositions(
  tx: Executor,
  { conversationId, count }: { conversationId: string; count: number },
): Promise<number> {
  const row = await tables(tx)
    .insertInto('reply_lane')
    .values({ conversation_id: conversationId, position: count, unreachable_since: null })
    .onConflict((conflict) =>
      conflict
        .column('conversation_id')
        .doUpdateSet({ position: sql`reply_lane.position + ${count}` }),
    )
    .returning('position')
    .executeTakeFirstOrThrow();
  return row.position;
}

export async function findUnreachableSince(
  db: Executor,
  conversationId: string,
): Promise<number | null> {
  const row = await tables(db)
    .selectFrom('reply_lane')
    .select('unreachable_since')
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
  return row?.unreachable_since ?? null;
}

export async function setUnreachableSince(
  tx: Executor,
  { conversationId, at }: { conversationId: string; at: number | null },
): Promise<void> {
  await tables(tx)
    .updateTable('reply_lane')
    .set({ unreachable_since: at })
    .where('conversation_id', '=', conversationId)
    .execute();
}

export async function insertReplies(tx: Executor, rows: readonly ReplyRow[]): Promise<void> {
  await tables(tx)
    .insertInto('reply')
    .values([...rows])
    .execute();
}

export async function findReply(
  db: Executor,
  { id, conversationId }: { id: string; conversationId: string },
): Promise<ReplyRow | undefined> {
  return tables(db)
    .selectFrom('reply')
    .selectAll()
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
}

/** Those that are no message yet, or became one after `linkedAfter`; in their order, newest last. */
export async function findShown(
  db: Executor,
  options: { conversationId: string; linkedAfter: number; limit: number },
): Promise<ReplyRow[]> {
  const rows = await tables(db)
    .selectFrom('reply')
    .selectAll()
    .where('conversation_id', '=', options.conversationId)
    .where((eb) => eb.or([eb('linked_at', 'is', null), eb('linked_at', '>', options.linkedAfter)]))
    .orderBy('position', 'desc')
    .limit(options.limit)
    .execute();
  return rows.toReversed();
}

/** This reply and the parts behind it, in their order. */
export async function findFromPart(
  tx: Executor,
  { request_id, part }: Pick<ReplyRow, 'request_id' | 'part'>,
): Promise<ReplyRow[]> {
  return tables(tx)
    .selectFrom('reply')
    .selectAll()
    .where('request_id', '=', request_id)
    .where('part', '>=', part)
    .orderBy('part')
    .execute();
}

/** Changes a reply that is still in one of these states, under this claim if one is given. */
export async function changeReply(
  tx: Executor,
  which: { id: string; states: readonly ReplyRow['state'][]; claim?: string },
  set: Partial<ReplyRow>,
): Promise<ReplyRow | undefined> {
  let query = tables(tx)
    .updateTable('reply')
    .set(set)
    .where('id', '=', which.id)
    .where('state', 'in', [...which.states]);
  if (which.claim !== undefined) {
    query = query.where('claim', '=', which.claim);
  }
  return query.returningAll().executeTakeFirst();
}

/** The parts behind one that failed are not sent. */
export async function failLaterParts(
  tx: Executor,
  { request_id, part }: Pick<ReplyRow, 'request_id' | 'part'>,
): Promise<void> {
  await tables(tx)
    .updateTable('reply')
    .set({ state: 'failed', failure: 'earlier_part_failed', problem: null })
    .where('request_id', '=', request_id)
    .where('part', '>', part)
    .where('state', '=', 'waiting')
    .execute();
}

/**
 * The part behind one that failed by our knowledge and arrived by Meta's: that, and all behind it,
 * may go on. Not by itself: hours may have passed.
 */
export async function allowNextPart(
  tx: Executor,
  { request_id, part }: Pick<ReplyRow, 'request_id' | 'part'>,
): Promise<void> {
  await tables(tx)
    .updateTable('reply')
    .set({ failure: 'earlier_part_arrived' })
    .where('request_id', '=', request_id)
    .where('part', '=', part + 1)
    .where('failure', '=', 'earlier_part_failed')
    .execute();
}

/** Replies by the token that Meta gave back, which is their id. */
export async function findByToken(tx: Executor, ids: readonly string[]): Promise<ReplyRow[]> {
  return ids.length === 0
    ? []
    : tables(tx).selectFrom('reply').selectAll().where('id', 'in', ids).execute();
}

/** Replies without echo by the message id that the call answered. */
export async function findByMid(
  tx: Executor,
  { conversationId, mid }: { conversationId: string; mid: string },
): Promise<ReplyRow | undefined> {
  return tables(tx)
    .selectFrom('reply')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('mid', '=', mid)
    .executeTakeFirst();
}

export async function findMids(
  db: Executor,
  { conversationId, mids }: { conversationId: string; mids: readonly string[] },
): Promise<string[]> {
  if (mids.length === 0) {
    return [];
  }
  const rows = await tables(db)
    .selectFrom('reply')
    .select('mid')
    .where('conversation_id', '=', conversationId)
    .where('mid', 'in', mids)
    .execute();
  return rows.flatMap(({ mid }) => (mid === null ? [] : [mid]));
}

/** The other replies of the conversation that may have arrived without anybody knowing. */
export async function findRivals(
  db: Executor,
  { id, conversation_id }: Pick<ReplyRow, 'id' | 'conversation_id'>,
): Promise<ReplyRow[]> {
  return tables(db)
    .selectFrom('reply')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .where('state', 'in', ['sending', 'unknown'])
    .where('id', '<>', id)
    .execute();
}

/**
 * The next unknown one that Meta is to be asked about, of a Page that was not asked too often. While
 * Meta slows down the Page, or the app (no Page id), it is not asked: what can wait goes last.
 */
export async function findUnsettled(
  db: Database,
  tx: Executor,
  { now, second, limit }: { now: number; second: number; limit: number },
): Promise<ReplyRow | undefined> {
  const query = tables(tx)
    .selectFrom('reply')
    .selectAll()
    .where('state', '=', 'unknown')
    .where('settle_at', '<=', now)
    .where(
      sql<boolean>`not exists (select 1 from send_budget as spent
        where spent.gateway_id = reply.gateway_id and spent.page_id = reply.page_id
          and spent.kind = 'read' and spent.second = ${second} and spent.used >= ${limit})`,
    )
    .where(
      sql<boolean>`not exists (select 1 from send_pause as pause
        where pause.gateway_id = reply.gateway_id and pause.page_id in (reply.page_id, '')
          and pause.until > ${now})`,
    )
    .orderBy('settle_at')
    .limit(1);
  return db.skipLocked(query).executeTakeFirst();
}

/** Everything about these conversations goes, the answers to their callers too. */
export async function eraseReplies(
  tx: Executor,
  conversationIds: readonly string[],
): Promise<void> {
  if (conversationIds.length === 0) {
    return;
  }
  for (const table of ['reply', 'reply_lane', 'reply_request'] as const) {
    await tables(tx).deleteFrom(table).where('conversation_id', 'in', conversationIds).execute();
  }
}
