import type { Conversation, ConversationList, Message, MessageList } from '@chatgate/contract';
import { encodeCursor } from '../../../platform/db/cursor.ts';
import { AppError } from '../../../platform/errors.ts';
import type { MessageRow } from '../project/store.ts';
import type { ConversationsDeps } from '../types.ts';
import { showConversation, showMessage } from './show.ts';
import {
  type ConversationRow,
  findConversation,
  type ListOptions,
  markRead,
  selectConversations,
  selectEdits,
  selectMessages,
  selectReactions,
  selectTexts,
} from './store.ts';

const MESSAGES = 50;

export type ConversationReader = {
  list: (options: ListOptions) => Promise<ConversationList>;
  messages: (
    id: string,
    before: { sentAt: number; seq: number } | undefined,
  ) => Promise<MessageList>;
  markRead: (id: string) => Promise<void>;
  /** Where Facebook keeps the contact's picture; throws `not_found` for an unknown conversation. */
  pictureAddress: (id: string) => Promise<string | null>;
};

/** What the REST API says about conversations. */
export function createReader(
  deps: Pick<ConversationsDeps, 'db' | 'ingest' | 'pages' | 'live' | 'attachments'>,
): ConversationReader {
  const { db } = deps;

  async function load(id: string): Promise<ConversationRow> {
    const row = await findConversation(db.read, id);
    if (!row) {
      throw new AppError('not_found', 'No such conversation.');
    }
    return row;
  }

  return {
    async list(options) {
      const rows = await selectConversations(db.read, { ...options, limit: options.limit + 1 });
      const shown = rows.slice(0, options.limit);
      const last = shown.at(-1);
      return {
        items: await withPageNames(deps, shown),
        nextCursor:
          last && rows.length > shown.length ? encodeCursor([last.last_message_at, last.id]) : null,
      };
    },
    pictureAddress: async (id) => (await load(id)).contact_picture_url,
    async messages(id, before) {
      const conversation = await load(id);
      const options = { conversationId: id, before, limit: MESSAGES + 1 };
      const rows = await selectMessages(db.read, options);
      const shown = rows.slice(0, MESSAGES);
      const oldest = shown.at(-1);
      const [head] = await withPageNames(deps, [conversation]);
      return {
        conversation: head ?? showConversation(conversation, undefined),
        items: await withParts(deps, conversation, shown.toReversed()),
        before:
          oldest && rows.length > shown.length ? encodeCursor([oldest.sent_at, oldest.seq]) : null,
        deliveredUpTo: conversation.delivered_up_to,
        readUpTo: conversation.read_up_to,
      };
    },
    async markRead(id) {
      const marked = await db.transaction((tx) => markRead(tx, id));
      // Nothing unread, nothing to tell: a browser that marks on every hint would go round for ever.
      if (marked) {
        const { gatewayId } = marked;
        deps.live.publish({ type: 'conversation.changed', gatewayId, conversationId: id });
      } else {
        await load(id);
      }
    },
  };
}

async function withPageNames(
  { db, pages }: Pick<ConversationsDeps, 'db' | 'pages'>,
  rows: readonly ConversationRow[],
): Promise<Conversation[]> {
  const names = await pages.pageNames(
    db.read,
    rows.map((row) => ({ gatewayId: row.gateway_id, pageId: row.page_id })),
  );
  return rows.map((row) => showConversation(row, names.get(`${row.gateway_id}/${row.page_id}`)));
}

async function withParts(
  { db, ingest, attachments }: Pick<ConversationsDeps, 'db' | 'ingest' | 'attachments'>,
  conversation: ConversationRow,
  rows: readonly MessageRow[],
): Promise<Message[]> {
  const conversationId = conversation.id;
  const mids = rows.flatMap(({ mid }) => (mid === null ? [] : [mid]));
  const repliedTo = rows.flatMap(({ content }) => {
    const { replyTo }: { replyTo?: string | null } = JSON.parse(content);
    return typeof replyTo === 'string' ? [replyTo] : [];
  });
  const journeys = await ingest.journeys(rows.map((row) => row.event_id));
  const texts = await selectTexts(db.read, { conversationId, mids: repliedTo });
  const parts = {
    contactName: conversation.contact_name,
    files: await attachments.filesOf(
      db.read,
      rows.map((row) => row.id),
    ),
    journeys: new Map(journeys.map((journey) => [journey.id, journey])),
    texts: new Map(texts.map(({ mid, text }) => [mid ?? '', text])),
    reactions: await selectReactions(db.read, { conversationId, mids }),
    edits: await selectEdits(db.read, { conversationId, mids }),
  };
  return rows.map((row) => showMessage(row, parts));
}
