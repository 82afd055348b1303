import type { EventRow, Settled } from '../../ingest/index.ts';
import type { Meaning } from './interpret.ts';
import type { ConversationHead, HeadUpdate, MessageKey, MessageRow, ReactionRow } from './store.ts';

/** What the person added to a conversation by one batch, ready to be written. */
export type Draft = {
  readonly head: ConversationHead;
  unreadAdded: number;
  previewSearch: string | null;
};

export type Writes = {
  readonly settled: Settled[];
  readonly messages: MessageRow[];
  readonly reactions: Map<string, ReactionRow>;
  readonly edits: {
    conversation_id: string;
    mid: string;
    number: number;
    text: string;
    at: number;
  }[];
  readonly deletions: { conversation_id: string; mid: string; at: number }[];
};

export function createWrites(): Writes {
  return { settled: [], messages: [], reactions: new Map(), edits: [], deletions: [] };
}

/** Clocks differ a little; a time further ahead than this would pin its conversation to the top. */
const MAX_AHEAD_MS = 60_000;
const PREVIEW_CHARACTERS = 500;

/** Meta's time, or ours where Meta gave none or one from the future. */
export function timeOf(event: Pick<EventRow, 'sent_at' | 'received_at'>): number {
  return notAhead(event, event.sent_at ?? event.received_at);
}

function notAhead(event: Pick<EventRow, 'received_at'>, time: number): number {
  return Math.min(time, event.received_at + MAX_AHEAD_MS);
}

/** Adds one event to its conversation: it gets the next number, whatever it is. */
export function apply(context: {
  writes: Writes;
  draft: Draft;
  event: EventRow;
  meaning: Meaning;
  messageId: () => string;
  now: number;
}): void {
  const { writes, draft, event, meaning } = context;
  const { head } = draft;
  const at = timeOf(event);
  head.seq += 1;
  writes.settled.push({
    eventId: event.id,
    state: 'recorded',
    conversationId: head.id,
    seq: head.seq,
  });
  switch (meaning.kind) {
    case 'message':
      addMessage({ ...context, message: meaning.message, at });
      break;
    case 'reaction':
      addReaction(writes, { conversation_id: head.id, at, ...reactionOf(meaning) });
      if (meaning.by === 'contact' && meaning.reaction !== null) {
        head.last_customer_at = later(head.last_customer_at, at);
      }
      break;
    case 'edit': {
      const { mid, number, text } = meaning;
      writes.edits.push({ conversation_id: head.id, mid, number, text, at });
      break;
    }
    case 'unsend':
      writes.deletions.push({ conversation_id: head.id, mid: meaning.mid, at });
      break;
    case 'delivered':
      head.delivered_up_to = later(head.delivered_up_to, notAhead(event, meaning.watermark));
      break;
    case 'read':
      head.read_up_to = later(head.read_up_to, notAhead(event, meaning.watermark));
      break;
  }
}

function later(known: number | null, at: number): number {
  return known === null ? at : Math.max(known, at);
}

function reactionOf(meaning: Extract<Meaning, { kind: 'reaction' }>) {
  const { mid, by, reaction, emoji } = meaning;
  return { mid, by_whom: by, reaction, emoji };
}

function addReaction(writes: Writes, row: ReactionRow): void {
  const key = `${row.conversation_id} ${row.by_whom} ${row.mid}`;
  const known = writes.reactions.get(key);
  if (known === undefined || known.at <= row.at) {
    writes.reactions.set(key, row);
  }
}

/** What opens Meta's 24-hour window; an echo, a handover or an unknown kind does not. */
const OPENS_WINDOW = new Set(['message', 'postback', 'referral']);
const COUNTS_AS_UNREAD = new Set(['message', 'postback', 'referral', 'optin', 'unknown']);

function addMessage(context: {
  writes: Writes;
  draft: Draft;
  event: EventRow;
  message: Extract<Meaning, { kind: 'message' }>['message'];
  messageId: () => string;
  now: number;
  at: number;
}): void {
  const { writes, draft, event, message, at } = context;
  const { head } = draft;
  const row: MessageRow = {
    id: context.messageId(),
    conversation_id: head.id,
    seq: head.seq,
    event_id: event.id,
    kind: message.kind,
    direction: message.direction,
    mid: message.mid,
    sender: JSON.stringify(message.sender),
    sent_at: at,
    recorded_at: context.now,
    text: message.text,
    content: JSON.stringify(message.content),
    deleted: 0,
  };
  writes.messages.push(row);
  if (message.direction === 'in' && COUNTS_AS_UNREAD.has(message.kind)) {
    draft.unreadAdded += 1;
  }
  if (message.direction === 'in' && OPENS_WINDOW.has(message.kind)) {
    head.last_customer_at = later(head.last_customer_at, at);
  }
  if (head.last_message_id === null || at >= head.last_message_at) {
    head.last_message_at = at;
    head.last_message_id = row.id;
    draft.previewSearch = searchable(message.text ?? message.content.postback?.title ?? '');
  }
}

/** What of a last message is searched. In lower case: SQLite's own `lower` knows only English letters. */
export const searchable = (text: string) =>
  text.slice(0, PREVIEW_CHARACTERS).toWellFormed().toLowerCase();

/** Empties what was taken back before it arrived: messages, what is searched of them, and edits. */
export function emptyDeleted(
  { messages, edits }: Writes,
  drafts: readonly Draft[],
  deleted: readonly MessageKey[],
): void {
  const keys = new Set(deleted.map(keyOf));
  const gone = new Set<string>();
  for (const message of messages) {
    if (message.mid !== null && keys.has(keyOf({ ...message, mid: message.mid }))) {
      Object.assign(message, { deleted: 1, text: null, content: '{}' });
      gone.add(message.id);
    }
  }
  for (const draft of drafts.filter(({ head }) => gone.has(head.last_message_id ?? ''))) {
    draft.previewSearch = '';
  }
  edits.splice(0, edits.length, ...edits.filter((edit) => !keys.has(keyOf(edit))));
}

const keyOf = ({ conversation_id, mid }: MessageKey) => `${conversation_id} ${mid}`;

export function toHeadUpdate({ head, unreadAdded, previewSearch }: Draft): HeadUpdate {
  const { gateway_id: _gateway, page_id: _page, psid: _psid, ...rest } = head;
  return { ...rest, unread_added: unreadAdded, preview_search: previewSearch };
}
