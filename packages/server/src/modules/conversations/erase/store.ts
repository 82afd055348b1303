import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';

export type ErasureRow = {
  conversation_id: string;
  contact_id: string;
  gateway_id: string;
  page_id: string;
  requested_at: number;
};

type Tables = {
  erasure: ErasureRow;
  conversation: {
    id: string;
    gateway_id: string;
    page_id: string;
    contact_id: string;
    last_message_at: number;
    last_message_id: string | null;
    preview_search: string;
    unread: number;
    erasing: number;
  };
  contact: {
    id: string;
    psid: string;
    name: string | null;
    name_search: string;
    picture_url: string | null;
    profile: string;
    profile_next_at: number | null;
    profile_claim: string | null;
  };
  message: { id: string; conversation_id: string };
  lease: { name: string };
};

const tables = (db: Executor) => db.withTables<Tables>();

/** Waits for the projector's transaction under way, and keeps the next one waiting. */
export async function holdProjector(db: Database, tx: Executor): Promise<void> {
  if (db.engine === 'postgres') {
    await sql`select 1 from lease where name = 'projector' for update`.execute(tx);
  }
}

export async function findErasable(
  tx: Executor,
  conversationId: string,
): Promise<(Omit<ErasureRow, 'requested_at'> & { psid: string }) | undefined> {
  return tables(tx)
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .select([
      'conversation.id as conversation_id',
      'contact_id',
      'conversation.gateway_id',
      'conversation.page_id',
      'psid',
    ])
    .where('conversation.id', '=', conversationId)
    .where('erasing', '=', 0)
    .executeTakeFirst();
}

/** Cuts the person off: whatever they write from now on begins anew. */
export async function cutOff(tx: Executor, row: ErasureRow): Promise<void> {
  await tables(tx).insertInto('erasure').values(row).execute();
  await tables(tx)
    .updateTable('contact')
    .set({
      psid: `erased ${row.contact_id}`,
      name: null,
      name_search: '',
      picture_url: null,
      profile: 'not_shared',
      profile_next_at: null,
      profile_claim: null,
    })
    .where('id', '=', row.contact_id)
    .execute();
  await tables(tx)
    .updateTable('conversation')
    .set({ erasing: 1, last_message_id: null, preview_search: '', unread: 0 })
    .where('id', '=', row.conversation_id)
    .execute();
}

/** The oldest erasure that is not finished, locked; another process skips it. */
export async function claimErasure(db: Database, tx: Executor): Promise<ErasureRow | undefined> {
  const query = tables(tx).selectFrom('erasure').selectAll().orderBy('requested_at').limit(1);
  return db.skipLocked(query).executeTakeFirst();
}

export async function hasErasure(db: Executor): Promise<boolean> {
  return (
    (await tables(db).selectFrom('erasure').select('conversation_id').executeTakeFirst()) !==
    undefined
  );
}

export async function deleteMessages(
  tx: Executor,
  { conversationId, limit }: { conversationId: string; limit: number },
): Promise<number> {
  const result = await sql`
    delete from message where id in (
      select id from message where conversation_id = ${conversationId} limit ${limit})`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}

/** What is left once messages and events are gone. */
export async function deleteRest(tx: Executor, row: ErasureRow): Promise<void> {
  for (const table of ['message_reaction', 'message_edit', 'message_deletion']) {
    await sql`delete from ${sql.table(table)}
      where conversation_id = ${row.conversation_id}`.execute(tx);
  }
  await tables(tx).deleteFrom('conversation').where('id', '=', row.conversation_id).execute();
  await tables(tx).deleteFrom('contact').where('id', '=', row.contact_id).execute();
  await tables(tx)
    .deleteFrom('erasure')
    .where('conversation_id', '=', row.conversation_id)
    .execute();
}

/** Conversations in which nobody wrote since then, or ever. */
export async function selectQuiet(
  db: Executor,
  { gatewayId, before, limit }: { gatewayId: string; before: number; limit: number },
): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('conversation')
    .select('id')
    .where('gateway_id', '=', gatewayId)
    .where('last_message_at', '<', before)
    .where('erasing', '=', 0)
    .orderBy('last_message_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
