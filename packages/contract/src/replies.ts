import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { MetaProblem } from './errors.ts';
import { MAX_MESSAGE_LENGTH, MAX_MESSAGE_PARTS } from './reply-text.ts';

export const ReplyAttachment = Type.Object(
  {
    type: Type.Enum(['image', 'audio', 'video', 'file']),
    url: Type.String({
      pattern: '^https?://[^\\s]+$',
      maxLength: 2_000,
      description: 'Meta fetches it: images up to 8 MB, everything else up to 25 MB.',
    }),
  },
  { additionalProperties: false },
);
export type ReplyAttachment = Static<typeof ReplyAttachment>;

export const ReplyQuickReply = Type.Union([
  Type.Object(
    {
      title: Type.String({ minLength: 1, maxLength: 20 }),
      payload: Type.String({ minLength: 1, maxLength: 1_000 }),
      imageUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2_000 })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { ask: Type.Enum(['phone_number', 'email'], { description: 'Offers what Facebook knows.' }) },
    { additionalProperties: false },
  ),
]);
export type ReplyQuickReply = Static<typeof ReplyQuickReply>;

export const SENDER_ACTIONS = ['typing_on', 'typing_off', 'mark_seen'] as const;

/** `POST /conversations/{id}/replies`: exactly one of `text`, `attachment` and `action`. */
export const PostReply = Type.Object(
  {
    text: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_MESSAGE_LENGTH * MAX_MESSAGE_PARTS,
        description: `One message holds ${MAX_MESSAGE_LENGTH} characters; a longer text needs \`split\`.`,
      }),
    ),
    split: Type.Optional(
      Type.Boolean({
        description:
          'Sends a text that is too long as several messages, in order; one that fails stops the rest.',
      }),
    ),
    attachment: Type.Optional(ReplyAttachment),
    quickReplies: Type.Optional(Type.Array(ReplyQuickReply, { minItems: 1, maxItems: 13 })),
    action: Type.Optional(Type.Enum(SENDER_ACTIONS)),
  },
  { additionalProperties: false, examples: [{ text: 'Yes, the blue one is still here.' }] },
);
export type PostReply = Static<typeof PostReply>;

/** Why a reply was not sent. Codes are public API. */
export const REPLY_FAILURES = [
  'window_closed',
  'recipient_unavailable',
  'needs_login',
  'no_messaging',
  'not_permitted',
  'attachment_refused',
  'other_app_owns_thread',
  'refused',
  'temporary',
  'limited',
  'earlier_part_failed',
  'earlier_part_arrived',
  'gateway_off',
  'gateway_deleted',
  'page_removed',
] as const;
export type ReplyFailureCode = (typeof REPLY_FAILURES)[number];

/** `waiting` counts as `sending` for who looks: it will be sent by itself. */
export const REPLY_STATES = ['sending', 'sent', 'delivered', 'read', 'failed', 'unknown'] as const;

export const Reply = Type.Object(
  {
    id: Type.String(),
    conversationId: Type.String(),
    state: Type.Enum(REPLY_STATES),
    sender: Type.Object({
      kind: Type.Enum(['person', 'bot'], {
        description: 'A session is a person, an API key a bot.',
      }),
      name: Type.String(),
    }),
    text: Nullable(Type.String()),
    attachment: Nullable(ReplyAttachment),
    quickReplies: Type.Array(ReplyQuickReply),
    part: Type.Object({ number: Type.Integer(), of: Type.Integer() }),
    tag: Nullable(
      Type.Enum(['RESPONSE', 'HUMAN_AGENT'], { description: 'Chosen by the server when sent.' }),
    ),
    createdAt: Time,
    sentAt: Nullable(Time),
    mid: Nullable(Type.String()),
    messageId: Nullable(
      Type.String({ description: 'The message it became, once Meta reported it back.' }),
    ),
    /** Why nothing happens for the moment, and until when. */
    waiting: Nullable(Type.Object({ until: Time, problem: Nullable(MetaProblem) })),
    failure: Nullable(
      Type.Object({ code: Type.Enum(REPLY_FAILURES), problem: Nullable(MetaProblem) }),
    ),
  },
  { title: 'Reply' },
);
export type Reply = Static<typeof Reply>;

export const RepliesAccepted = Type.Object({ replies: Type.Array(Reply) });
export type RepliesAccepted = Static<typeof RepliesAccepted>;

/** Whether the caller may write now, with which tag, and until when. */
export const ReplyWindow = Type.Object(
  {
    state: Type.Enum(['open', 'human_agent', 'closed']),
    reason: Nullable(
      Type.Enum([
        'gateway_off',
        'gateway_deleted',
        'page_removed',
        'needs_login',
        'no_messaging',
        'recipient_unavailable',
        'never_wrote',
        'window_closed',
      ]),
    ),
    /** With `window_closed`: why a person may not write either. */
    humanAgent: Type.Enum(['possible', 'bots_may_not', 'app_lacks_feature', 'too_late']),
    lastCustomerAt: Nullable(Time),
    closesAt: Nullable(Time),
    humanAgentUntil: Nullable(Time),
    /** The server's clock, for a countdown that does not depend on the caller's. */
    now: Time,
  },
  { title: 'ReplyWindow' },
);
export type ReplyWindow = Static<typeof ReplyWindow>;

/** `GET /conversations/{id}/replies`: what is not among the messages yet, and just became one. */
export const ReplyList = Type.Object({ items: Type.Array(Reply), window: ReplyWindow });
export type ReplyList = Static<typeof ReplyList>;
