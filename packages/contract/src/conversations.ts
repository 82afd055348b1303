import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';

export const Contact = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String({ description: 'Null: not shared by Facebook, or not read yet.' })),
  profile: Type.Enum(['pending', 'known', 'not_shared', 'failed']),
  pictureUrl: Nullable(Type.String()),
});

export const Conversation = Type.Object(
  {
    id: Type.String(),
    gatewayId: Type.String(),
    page: Type.Object({ id: Type.String(), name: Type.String() }),
    contact: Contact,
    preview: Type.Object({ kind: Type.String(), text: Nullable(Type.String()) }),
    lastMessageAt: Time,
    unread: Type.Integer(),
    seq: Type.Integer({ description: 'Number of events recorded so far; grows without gaps.' }),
  },
  { title: 'Conversation' },
);
export type Conversation = Static<typeof Conversation>;
export const ConversationList = List(Conversation);
export type ConversationList = Static<typeof ConversationList>;

export const ListConversations = Type.Object({
  gatewayId: Type.Optional(Type.String({ maxLength: 64 })),
  pageId: Type.Optional(Type.String({ maxLength: 64 })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** Reasons of a file that is not stored: words for them are the reader's. */
export const AttachmentFile = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['pending', 'stored', 'failed', 'too_large', 'expired', 'blocked']),
    reason: Nullable(
      Type.String({
        description:
          'Why it is not stored (yet): `http_404`, `deadline`, `redirect`, `web_page`, `address`, …',
      }),
    ),
    url: Nullable(Type.String({ description: 'Where it is served; null unless stored.' })),
    name: Nullable(Type.String()),
    bytes: Nullable(Type.Integer()),
    mediaType: Nullable(Type.String({ description: 'Judged by its first bytes.' })),
    shown: Nullable(
      Type.Enum(['image', 'audio', 'video'], { description: 'Null: only to be downloaded.' }),
    ),
    nextTryAt: Nullable(Time),
  },
  { title: 'AttachmentFile' },
);
export type AttachmentFile = Static<typeof AttachmentFile>;

export const Attachment = Type.Object({
  type: Type.String({
    description: 'image, audio, video, file, sticker, fallback, location, template, …',
  }),
  url: Nullable(Type.String({ description: "Meta's link; it expires." })),
  title: Nullable(Type.String()),
  file: Type.Optional(AttachmentFile),
  payload: Type.Optional(
    Type.Unknown({ description: 'What Meta sent, for kinds without a link.' }),
  ),
});
export type Attachment = Static<typeof Attachment>;

/** What a message is. `unknown` is shown as such, never hidden. */
export const MESSAGE_KINDS = [
  'message',
  'postback',
  'referral',
  'optin',
  'handover',
  'policy',
  'unknown',
] as const;

/** One line of *How it got here*; times in order. */
export const Journey = Type.Object({
  eventId: Type.String(),
  sentAt: Nullable(Time),
  receivedAt: Time,
  signature: Type.Enum(['valid']),
  storedMs: Type.Number({ description: 'From receipt to durable commit, before the 200.' }),
  shownAt: Time,
  copies: Type.Integer({ description: 'How often Meta sent it in all.' }),
  standby: Type.Boolean({ description: 'Another app owned the thread.' }),
  rawErased: Type.Boolean({
    description: 'The raw event is gone by retention; the message stays.',
  }),
});

export const Message = Type.Object(
  {
    id: Type.String(),
    seq: Type.Integer(),
    kind: Type.Enum(MESSAGE_KINDS),
    direction: Type.Enum(['in', 'out']),
    mid: Nullable(Type.String()),
    sender: Type.Object({
      kind: Type.Enum(['contact', 'chatgate', 'page_inbox', 'other_app', 'meta']),
      name: Nullable(Type.String()),
      appId: Nullable(Type.String()),
    }),
    sentAt: Time,
    text: Nullable(Type.String()),
    attachments: Type.Array(Attachment),
    quickReply: Nullable(Type.String()),
    replyTo: Nullable(Type.Object({ mid: Type.String(), text: Nullable(Type.String()) })),
    postback: Nullable(
      Type.Object({ title: Nullable(Type.String()), payload: Nullable(Type.String()) }),
    ),
    referral: Nullable(
      Type.Object({
        source: Nullable(Type.String()),
        type: Nullable(Type.String()),
        ref: Nullable(Type.String()),
        adId: Nullable(Type.String()),
      }),
    ),
    detail: Nullable(Type.String({ description: 'The Meta kind, where `kind` is not `message`.' })),
    reactions: Type.Array(
      Type.Object({
        by: Type.Enum(['contact', 'page']),
        emoji: Nullable(Type.String()),
        reaction: Type.String(),
      }),
    ),
    edits: Type.Array(Type.Object({ number: Type.Integer(), text: Type.String(), at: Time })),
    deleted: Type.Boolean(),
    journey: Journey,
  },
  { title: 'Message' },
);
export type Message = Static<typeof Message>;

/** `GET /conversations/{id}/messages?before=`: newest last; `before` is the cursor of older ones. */
export const MessageList = Type.Object({
  conversation: Conversation,
  items: Type.Array(Message),
  before: Nullable(Type.String()),
  deliveredUpTo: Nullable(Time),
  readUpTo: Nullable(Time),
});
export type MessageList = Static<typeof MessageList>;

/** `GET /events/{id}`: the raw event behind *Details*. */
export const RawEvent = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  reason: Nullable(Type.String()),
  receivedAt: Time,
  raw: Type.Unknown(),
});
export type RawEvent = Static<typeof RawEvent>;

/** `GET /gateways/{id}/unknown-pages`: the tray of Pages nobody connected. */
export const UnknownPages = Type.Object({
  items: Type.Array(
    Type.Object({ pageId: Type.String(), events: Type.Integer(), firstAt: Time, lastAt: Time }),
  ),
});
export type UnknownPages = Static<typeof UnknownPages>;
