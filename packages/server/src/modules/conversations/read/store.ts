import { type ExpressionBuilder, sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';
import { jsonRows } from '../../../platform/db/json-rows.ts';
import { likePattern } from '../../../platform/db/like.ts';
import type { MessageRow, ReactionRow } from '../project/store.ts';
import type { Address } from '../types.ts';

type Tables = {
  conversation: {
    id: string;
    gateway_id: string;
    page_id: string;
    contact_id: string;
    seq: number;
    last_message_at: number;
    last_message_id: string | null;
    last_customer_at: number | null;
    preview_search: string;
    erasing: number;
    unread: number;
    delivered_up_to: number | null;
    read_up_to: number | null;
  };
  contact: {
    id: string;
    psid: string;
    name: string | null;
    name_search: string;
    picture_url: string | null;
    profile: 'pending' | 'known' | 'not_shared' | 'failed';
  };
  message: MessageRow;
  message_reaction: ReactionRow;
  message_edit: { conversation_id: string; mid: string; number: number; text: string; at: number };
};

/** What a message says now: its last edit, or how it was first written. */
const currentText = sql<string | null>`coalesce((select edit.text from message_edit as edit
  where edit.conversation_id = message.conversation_id and edit.mid = message.mid
  order by edit.number desc limit 1), message.text)`;

function conversations(db: Executor) {
  return db
    .withTables<Tables>()
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .leftJoin('message', 'message.id', 'conversation.last_message_id')
    .where('conversation.erasing', '=', 0)
    .select([
      'conversation.id',
      'conversation.gateway_id',
      'conversation.page_id',
      'conversation.seq',
      'conversation.last_message_at',
      'conversation.unread',
      'conversation.delivered_up_to',
      'conversation.read_up_to',
      'contact.id as contact_id',
      'contact.name as contact_name',
      'contact.picture_url as contact_picture_url',
      'contact.profile as contact_profile',
      'message.kind as last_kind',
      currentText.as('last_text'),
      'message.content as last_content',
      'message.deleted as last_deleted',
    ]);
}

export type ConversationRow = NonNullable<
  Awaited<ReturnType<ReturnType<typeof conversations>['executeTakeFirst']>>
>;

export type ListOptions = {
  readonly gatewayId?: string | undefined;
  readonly pageId?: string | undefined;
  readonly search?: string | undefined;
  /** The last one already seen. */
  readonly after: { readonly at: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** Newest first. Conversations without a message yet are not listed. */
export async function selectConversations(
  db: Executor,
  { gatewayId, pageId, search, after, limit }: ListOptions,
): Promise<ConversationRow[]> {
  let query = conversations(db).where('conversation.last_message_id', 'is not', null);
  if (gatewayId !== undefined) {
    query = query.where('conversation.gateway_id', '=', gatewayId);
  }
  if (pageId !== undefined) {
    query = query.where('conversation.page_id', '=', pageId);
  }
  if (search !== undefined && search.trim() !== '') {
    query = query.where(matching(likePattern(search)));
  }
  if (after) {
    query = query.where(
      sql<boolean>`(conversation.last_message_at, conversation.id) < (${after.at}, ${after.id})`,
    );
  }
  return query
    .orderBy('conversation.last_message_at', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(limit)
    .execute();
}

/** Both columns are kept in lower case: SQLite's own `lower` knows only English letters. */
function matching(pattern: string) {
  return (eb: ExpressionBuilder<Tables, 'conversation' | 'contact'>) =>
    eb.or([
      sql<boolean>`contact.name_search like ${pattern} escape '\\'`,
      sql<boolean>`conversation.preview_search like ${pattern} escape '\\'`,
    ]);
}

export async function findConversation(
  db: Executor,
  id: string,
): Promise<ConversationRow | undefined> {
  return conversations(db).where('conversation.id', '=', id).executeTakeFirst();
}

/** The newest messages before a position, newest first. */
export async function selectMessages(
  db: Executor,
  options: {
    conversationId: string;
    before: { sentAt: number; seq: number } | undefined;
    limit: number;
  },
): Promise<MessageRow[]> {
  const { conversationId, before, limit } = options;
  let query = db
    .withTables<Tables>()
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', conversationId);
  if (before) {
    query = query.where(sql<boolean>`(sent_at, seq) < (${before.sentAt}, ${before.seq})`);
  }
  return query.orderBy('sent_at', 'desc').orderBy('seq', 'desc').limit(limit).execute();
}

export async function selectTexts(
  db: Executor,
  { conversationId, mids }: { conversationId: string; mids: readonly string[] },
): Promise<{ mid: string | null; text: string | null }[]> {
  if (mids.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('message')
    .select(['mid', currentText.as('text')])
    .where('conversation_id', '=', conversationId)
    .where('mid', 'in', mids)
    .execute();
}

/** Reactions that were not taken back. */
export async function selectReactions(
  db: Executor,
  { conversationId, mids }: { conversationId: string; mids: readonly string[] },
): Promise<ReactionRow[]> {
  if (mids.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('message_reaction')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('mid', 'in', mids)
    .where('reaction', 'is not', null)
    .orderBy('at')
    .execute();
}

export async function selectEdits(
  db: Executor,
  { conversationId, mids }: { conversationId: string; mids: readonly string[] },
): Promise<Tables['message_edit'][]> {
  if (mids.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('message_edit')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('mid', 'in', mids)
    .orderBy('number')
    .execute();
}

export async function findAddress(db: Executor, id: string): Promise<Address | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .select([
      'conversation.id as conversationId',
      'conversation.gateway_id as gatewayId',
      'conversation.page_id as pageId',
      'contact.psid',
      'conversation.last_customer_at as lastCustomerAt',
      'conversation.delivered_up_to as deliveredUpTo',
      'conversation.read_up_to as readUpTo',
    ])
    .where('conversation.id', '=', id)
    .where('erasing', '=', 0)
    .executeTakeFirst();
}

/** Which of these messages of a conversation are known. */
export async function selectKnownMids(
  db: Executor,
  { conversationId, mids }: { conversationId: string; mids: readonly string[] },
): Promise<string[]> {
  if (mids.length === 0) {
    return [];
  }
  const rows = await db
    .withTables<Tables>()
    .selectFrom('message')
    .select('mid')
    .where('conversation_id', '=', conversationId)
    .where('mid', 'in', mids)
    .execute();
  return rows.flatMap(({ mid }) => (mid === null ? [] : [mid]));
}

export async function setSender(tx: Executor, id: string, sender: string): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('message')
    .set({ sender })
    .where('id', '=', id)
    .execute();
}

export async function findSender(tx: Executor, id: string): Promise<string | undefined> {
  const row = await tx
    .withTables<Tables>()
    .selectFrom('message')
    .select('sender')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.sender;
}

/** Undefined when nothing was unread. */
export async function markRead(
  tx: Executor,
  id: string,
): Promise<{ gatewayId: string } | undefined> {
  const row = await tx
    .withTables<Tables>()
    .updateTable('conversation')
    .set({ unread: 0 })
    .where('id', '=', id)
    .where('unread', '>', 0)
    .returning('gateway_id as gatewayId')
    .executeTakeFirst();
  return row;
}

export async function countConversations(
  db: Executor,
  gatewayIds: readonly string[],
): Promise<{ gateway_id: string; conversations: number }[]> {
  if (gatewayIds.length === 0) {
    return [];
  }
  return db
    .withTables<Tables>()
    .selectFrom('conversation')
    .select((eb) => ['gateway_id', eb.fn.countAll<number>().as('conversations')])
    .where('gateway_id', 'in', gatewayIds)
    .where('last_message_id', 'is not', null)
    .groupBy('gateway_id')
    .execute();
}

export type ContactOfConversation = {
  conversation_id: string;
  id: string;
  psid: string;
  name: string | null;
};

/** Of conversations that nobody asked to erase. */
export async function selectContacts(
  db: Database,
  executor: Executor,
  conversationIds: readonly string[],
): Promise<ContactOfConversation[]> {
  const { rows } = await sql<ContactOfConversation>`
    select v.id as conversation_id, c.id, c.psid, c.name
    from ${jsonRows(
      db,
      conversationIds.map((id) => [id]),
    )}
      cross join conversation v cross join contact c
    where v.id = j.value ->> 0 and v.erasing = 0 and c.id = v.contact_id`.execute(executor);
  return rows;
}

/** Conversations after one of them, in the order of their ids, which is that of their beginning. */
export async function selectConversationIds(
  db: Executor,
  selection: { gatewayId: string | null; pageIds: readonly string[]; after: string; limit: number },
): Promise<string[]> {
  let query = db
    .withTables<Tables>()
    .selectFrom('conversation')
    .select('id')
    .where('id', '>', selection.after);
  if (selection.gatewayId !== null) {
    query = query.where('gateway_id', '=', selection.gatewayId);
  }
  if (selection.pageIds.length > 0) {
    query = query.where('page_id', 'in', selection.pageIds);
  }
  const rows = await query.orderBy('id').limit(selection.limit).execute();
  return rows.map(({ id }) => id);
}
