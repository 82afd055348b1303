import type { AttachmentFile, Conversation, Message } from '@chatgate/contract';
import type { Ingest } from '../../ingest/index.ts';
import type { Sender } from '../project/interpret.ts';
import { type Content, NO_CONTENT } from '../project/read-content.ts';
import type { MessageRow, ReactionRow } from '../project/store.ts';
import type { ConversationRow } from './store.ts';

export function showConversation(row: ConversationRow, pageName: string | undefined): Conversation {
  return {
    id: row.id,
    gatewayId: row.gateway_id,
    page: { id: row.page_id, name: pageName ?? row.page_id },
    contact: {
      id: row.contact_id,
      name: row.contact_name,
      profile: row.contact_profile,
      pictureUrl:
        row.contact_picture_url === null ? null : `/api/v1/conversations/${row.id}/picture`,
    },
    preview: showPreview(row),
    lastMessageAt: row.last_message_at,
    unread: row.unread,
    seq: row.seq,
  };
}

/** Without a text the kind says more than nothing: `image`, `deleted`, `pass_thread_control`, … */
function showPreview(row: ConversationRow): Conversation['preview'] {
  if (row.last_deleted === 1) {
    return { kind: 'deleted', text: null };
  }
  const content = readContent(row.last_content);
  const text = row.last_text ?? content.postback?.title ?? null;
  const attachment = text === null ? content.attachments[0]?.type : undefined;
  return { kind: attachment ?? row.last_kind ?? 'unknown', text };
}

type Journey = Awaited<ReturnType<Ingest['journeys']>>[number];

export type MessageParts = {
  readonly contactName: string | null;
  /** By `messageId position`. */
  readonly files: ReadonlyMap<string, AttachmentFile>;
  readonly journeys: ReadonlyMap<string, Journey>;
  /** Texts of the messages that were replied to, by mid. */
  readonly texts: ReadonlyMap<string, string | null>;
  readonly reactions: readonly ReactionRow[];
  readonly edits: readonly { mid: string; number: number; text: string; at: number }[];
};

export function showMessage(row: MessageRow, parts: MessageParts): Message {
  const content = readContent(row.content);
  const edits = row.deleted === 1 ? [] : parts.edits.filter(({ mid }) => mid === row.mid);
  return {
    id: row.id,
    seq: row.seq,
    kind: row.kind as Message['kind'],
    direction: row.direction,
    mid: row.mid,
    sender: showSender(row, parts.contactName),
    sentAt: row.sent_at,
    // What the person sees in Messenger now; the first wording is number 0 of the edits.
    text: edits.at(-1)?.text ?? row.text,
    attachments: content.attachments.map((attachment, position) => {
      const file = parts.files.get(`${row.id} ${position}`);
      return file === undefined ? attachment : { ...attachment, file };
    }),
    quickReply: content.quickReply,
    replyTo:
      content.replyTo === null
        ? null
        : { mid: content.replyTo, text: parts.texts.get(content.replyTo) ?? null },
    postback: content.postback,
    referral: content.referral,
    detail: content.detail,
    reactions: parts.reactions
      .filter(({ mid }) => mid === row.mid)
      .map(({ by_whom, emoji, reaction }) => ({ by: by_whom, emoji, reaction: reaction ?? '' })),
    edits: showEdits(row, edits),
    deleted: row.deleted === 1,
    journey: showJourney(row, parts.journeys.get(row.event_id)),
  };
}

function showEdits(
  row: MessageRow,
  edits: readonly { number: number; text: string; at: number }[],
): Message['edits'] {
  const first = { number: 0, text: row.text ?? '', at: row.sent_at };
  return edits.length === 0
    ? []
    : [first, ...edits.map(({ number, text, at }) => ({ number, text, at }))];
}

function showSender(row: MessageRow, contactName: string | null): Message['sender'] {
  const sender: Sender = JSON.parse(row.sender);
  const name = sender.kind === 'contact' ? contactName : (sender.name ?? null);
  return { kind: sender.kind, name, appId: sender.appId };
}

function showJourney(row: MessageRow, journey: Journey | undefined): Message['journey'] {
  return {
    eventId: row.event_id,
    sentAt: journey?.sent_at ?? null,
    // The event may be gone by retention; the message stays.
    receivedAt: journey?.received_at ?? row.recorded_at,
    signature: 'valid',
    storedMs: journey?.stored_ms ?? 0,
    shownAt: row.recorded_at,
    copies: journey?.copies ?? 1,
    standby: journey?.standby === 1,
    rawErased: journey === undefined,
  };
}

/** Our own JSON; a deleted message has lost its parts. */
function readContent(json: string | null): Content {
  const content: Partial<Content> = JSON.parse(json ?? '{}');
  return { ...NO_CONTENT, ...content };
}
