import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';
import { jsonRows } from '../../../platform/db/json-rows.ts';

/** What the projector needs of a conversation to add to it. */
export type ConversationHead = {
  id: string;
  gateway_id: string;
  page_id: string;
  psid: string;
  seq: number;
  last_message_at: number;
  last_message_id: string | null;
  last_customer_at: number | null;
  delivered_up_to: number | null;
  read_up_to: number | null;
};

export type PersonKey = { gateway_id: string; page_id: string; psid: string };

/** Heads of the conversations of these people, as far as they exist. */
export async function selectHeads(
  db: Database,
  tx: Executor,
  people: readonly PersonKey[],
): Promise<ConversationHead[]> {
  const keys = jsonRows(
    db,
    people.map((person) => [person.gateway_id, person.page_id, person.psid]),
  );
  // `cross join` keeps SQLite from reading the table first.
  const { rows } = await sql<ConversationHead>`
    select v.id, v.gateway_id, v.page_id, c.psid, v.seq, v.last_message_at, v.last_message_id,
      v.last_customer_at, v.delivered_up_to, v.read_up_to
    from ${keys} cross join contact c cross join conversation v
    where c.gateway_id = j.value ->> 0 and c.page_id = j.value ->> 1 and c.psid = j.value ->> 2
      and v.contact_id = c.id`.execute(tx);
  return rows;
}

export type NewContact = PersonKey & {
  id: string;
  profile: 'pending' | 'not_shared';
  profile_next_at: number | null;
  created_at: number;
};

export async function insertContacts(
  db: Database,
  tx: Executor,
  rows: readonly NewContact[],
): Promise<void> {
  await db.bulkInsert(tx, {
    table: 'contact',
    columns: {
      ...{ id: 'text', gateway_id: 'text', page_id: 'text', psid: 'text', name_search: 'text' },
      ...{ profile: 'text', profile_attempts: 'bigint', profile_next_at: 'bigint' },
      created_at: 'bigint',
    },
    rows: rows.map((row) => [
      ...[row.id, row.gateway_id, row.page_id, row.psid, ''],
      ...[row.profile, 0, row.profile_next_at, row.created_at],
    ]),
    skipConflictsOn: ['gateway_id', 'page_id', 'psid'],
    id: 'id',
  });
}

export type NewConversation = {
  id: string;
  gateway_id: string;
  page_id: string;
  contact_id: string;
  last_message_at: number;
  created_at: number;
};

export async function insertConversations(
  db: Database,
  tx: Executor,
  rows: readonly NewConversation[],
): Promise<void> {
  await db.bulkInsert(tx, {
    table: 'conversation',
    columns: {
      ...{ id: 'text', gateway_id: 'text', page_id: 'text', contact_id: 'text', seq: 'bigint' },
      ...{ last_message_at: 'bigint', preview_search: 'text', unread: 'bigint' },
      created_at: 'bigint',
    },
    rows: rows.map((row) => [
      ...[row.id, row.gateway_id, row.page_id, row.contact_id, 0],
      ...[row.last_message_at, '', 0, row.created_at],
    ]),
    skipConflictsOn: ['contact_id'],
    id: 'id',
  });
}

export type MessageRow = {
  id: string;
  conversation_id: string;
  seq: number;
  event_id: string;
  kind: string;
  direction: 'in' | 'out';
  mid: string | null;
  /** JSON: who sent it. */
  sender: string;
  sent_at: number;
  recorded_at: number;
  text: string | null;
  /** JSON: attachments and the like. */
  content: string;
  deleted: number;
};

export async function insertMessages(
  db: Database,
  tx: Executor,
  rows: readonly MessageRow[],
): Promise<void> {
  const skipped = await db.bulkInsert(tx, {
    table: 'message',
    columns: {
      ...{ id: 'text', conversation_id: 'text', seq: 'bigint', event_id: 'text', kind: 'text' },
      ...{ direction: 'text', mid: 'text', sender: 'text', sent_at: 'bigint' },
      ...{ recorded_at: 'bigint', text: 'text', content: 'text', deleted: 'bigint' },
    },
    rows: rows.map((row) => [
      ...[row.id, row.conversation_id, row.seq, row.event_id, row.kind],
      ...[row.direction, row.mid, row.sender, row.sent_at],
      ...[row.recorded_at, row.text, row.content, row.deleted],
    ]),
    skipConflictsOn: ['conversation_id', 'seq'],
    id: 'id',
  });
  if (skipped.size > 0) {
    throw new Error('A sequence number was given twice: two projectors wrote at once.');
  }
}

export type HeadUpdate = Omit<ConversationHead, 'gateway_id' | 'page_id' | 'psid'> & {
  unread_added: number;
  /** Null: the last message stayed. */
  preview_search: string | null;
};

/** `unread` is added to and not set, because a person may be marking it read at this moment. */
export async function updateHeads(
  db: Database,
  tx: Executor,
  rows: readonly HeadUpdate[],
): Promise<void> {
  const values = jsonRows(
    db,
    rows.map((row) => [
      ...[row.id, row.seq, row.last_message_at, row.last_message_id, row.last_customer_at],
      ...[row.delivered_up_to, row.read_up_to, row.unread_added, row.preview_search],
    ]),
  );
  await sql`
    update conversation set seq = cast(j.value ->> 1 as integer),
      last_message_at = cast(j.value ->> 2 as bigint), last_message_id = j.value ->> 3,
      last_customer_at = cast(j.value ->> 4 as bigint),
      delivered_up_to = cast(j.value ->> 5 as bigint), read_up_to = cast(j.value ->> 6 as bigint),
      unread = conversation.unread + cast(j.value ->> 7 as integer),
      preview_search = coalesce(j.value ->> 8, conversation.preview_search)
    from ${values} where conversation.id = j.value ->> 0`.execute(tx);
}

export type ReactionRow = {
  conversation_id: string;
  mid: string;
  by_whom: 'contact' | 'page';
  reaction: string | null;
  emoji: string | null;
  at: number;
};

type Tables = {
  message_reaction: ReactionRow;
  message_edit: { conversation_id: string; mid: string; number: number; text: string; at: number };
  message_deletion: { conversation_id: string; mid: string; at: number };
  message: MessageRow;
  conversation: { id: string; last_message_id: string | null; preview_search: string };
};

/** The newest by Meta's time stays, in whatever order they arrive. One row per key. */
export async function upsertReactions(tx: Executor, rows: readonly ReactionRow[]): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('message_reaction')
    .values([...rows])
    .onConflict((conflict) =>
      conflict
        .columns(['conversation_id', 'mid', 'by_whom'])
        .doUpdateSet((eb) => ({
          reaction: eb.ref('excluded.reaction'),
          emoji: eb.ref('excluded.emoji'),
          at: eb.ref('excluded.at'),
        }))
        .whereRef('message_reaction.at', '<=', 'excluded.at'),
    )
    .execute();
}

export async function insertEdits(
  tx: Executor,
  rows: readonly Tables['message_edit'][],
): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('message_edit')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['conversation_id', 'mid', 'number']).doNothing())
    .execute();
}

export type MessageKey = { conversation_id: string; mid: string };

type KnownMid = MessageKey & {
  readonly is_here: 1 | null;
  readonly is_taken_back: 1 | null;
  readonly is_edited: 1 | null;
};

/**
 * Which of these messages are here, and which were taken back or edited before they arrived. Each is looked up
 * by itself: joined, PostgreSQL reads the whole of a table that it has no statistics of yet, 4 ms for
 * 20,000 messages with every batch.
 */
export async function selectKnownMids(
  db: Database,
  tx: Executor,
  keys: readonly MessageKey[],
): Promise<KnownMid[]> {
  const values = jsonRows(
    db,
    keys.map((key) => [key.conversation_id, key.mid]),
  );
  const { rows } = await sql<KnownMid>`
    select * from (
      select j.value ->> 0 as conversation_id, j.value ->> 1 as mid,
        (select 1 from message m where m.conversation_id = j.value ->> 0
          and m.mid = j.value ->> 1 and m.kind = 'message' limit 1) as is_here,
        (select 1 from message_deletion d where d.conversation_id = j.value ->> 0
          and d.mid = j.value ->> 1 limit 1) as is_taken_back,
        (select 1 from message_edit e where e.conversation_id = j.value ->> 0
          and e.mid = j.value ->> 1 limit 1) as is_edited
      from ${values}) as known
    where is_here = 1 or is_taken_back = 1 or is_edited = 1`.execute(tx);
  return rows;
}

/** Of those conversations whose last message was edited: what it says now. */
export async function selectEditedPreviews(
  tx: Executor,
  conversationIds: readonly string[],
): Promise<{ id: string; text: string }[]> {
  return tx
    .withTables<Tables>()
    .selectFrom('conversation')
    .innerJoin('message', 'message.id', 'conversation.last_message_id')
    .innerJoin('message_edit', (join) =>
      join
        .onRef('message_edit.conversation_id', '=', 'message.conversation_id')
        .onRef('message_edit.mid', '=', 'message.mid'),
    )
    .where('conversation.id', 'in', conversationIds)
    .select(['conversation.id', 'message_edit.text'])
    .orderBy('message_edit.number')
    .execute();
}

export async function setPreviewSearch(
  tx: Executor,
  { id, previewSearch }: { id: string; previewSearch: string },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('conversation')
    .set({ preview_search: previewSearch })
    .where('id', '=', id)
    .execute();
}

/** Notes that a message was taken back, and empties it and its edits; gives the ids of those here. */
export async function deleteMessage(
  tx: Executor,
  deletion: Tables['message_deletion'],
): Promise<string[]> {
  await tx
    .withTables<Tables>()
    .insertInto('message_deletion')
    .values(deletion)
    .onConflict((conflict) => conflict.columns(['conversation_id', 'mid']).doNothing())
    .execute();
  await tx
    .withTables<Tables>()
    .deleteFrom('message_edit')
    .where('conversation_id', '=', deletion.conversation_id)
    .where('mid', '=', deletion.mid)
    .execute();
  const emptied = await tx
    .withTables<Tables>()
    .updateTable('message')
    .set({ deleted: 1, text: null, content: '{}' })
    .where('conversation_id', '=', deletion.conversation_id)
    .where('mid', '=', deletion.mid)
    .returning('id')
    .execute();
  for (const { id } of emptied) {
    await tx
      .withTables<Tables>()
      .updateTable('conversation')
      .set({ preview_search: '' })
      .where('id', '=', deletion.conversation_id)
      .where('last_message_id', '=', id)
      .execute();
  }
  return emptied.map(({ id }) => id);
}
