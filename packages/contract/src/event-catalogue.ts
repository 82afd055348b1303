import { type Static, type TSchema, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { Attachment } from './conversations.ts';

/** Grows only when a receiver would have to change; new optional fields do not count. */
export const EVENT_VERSION = 1;

const mid = Nullable(Type.String({ description: "Meta's id of the message." }));

const sender = Type.Object({
  kind: Type.Enum(['contact', 'chatgate', 'page_inbox', 'other_app', 'meta']),
  appId: Nullable(Type.String()),
});

const referral = Type.Object({
  source: Nullable(Type.String()),
  type: Nullable(Type.String()),
  ref: Nullable(Type.String()),
  adId: Nullable(Type.String()),
});

const message = Type.Object({
  mid,
  sender,
  text: Nullable(Type.String()),
  attachments: Type.Array(Attachment),
  quickReply: Nullable(Type.String({ description: 'Payload of the quick reply pressed.' })),
  replyTo: Nullable(Type.String({ description: 'Id of the message that is replied to.' })),
  referral: Nullable(referral),
});

const receipt = Type.Object({
  upTo: Time,
});

/**
 * Every type of event a destination can receive: what it means, and what stands in `data` beside
 * the fields that all have. The order is the one they are shown in.
 */
export const EVENT_TYPES = {
  'message.received': {
    meaning: 'A person wrote to the Page: text, attachments, a sticker, a quick reply.',
    content: { message },
  },
  'message.sent': {
    meaning:
      "The Page wrote: Meta's echo of a reply from Chatgate, from Meta's own inbox or another app; `message.sender` tells which.",
    content: { message },
  },
  'message.edited': {
    meaning: 'A person changed the text of a message. May arrive before the message.',
    content: {
      edit: Type.Object({ mid, number: Type.Integer(), text: Type.String() }),
    },
  },
  'message.deleted': {
    meaning: 'A message was taken back. May arrive before the message.',
    content: { deletion: Type.Object({ mid }) },
  },
  'message.reacted': {
    meaning: 'A reaction to a message was set, or taken back (`reaction` is null).',
    content: {
      reaction: Type.Object({
        mid,
        by: Type.Enum(['contact', 'page']),
        reaction: Nullable(Type.String()),
        emoji: Nullable(Type.String()),
      }),
    },
  },
  'message.delivered': {
    meaning: 'What the Page wrote up to this time reached the person.',
    content: { receipt },
  },
  'message.read': {
    meaning: 'The person has read what the Page wrote up to this time.',
    content: { receipt },
  },
  'postback.received': {
    meaning: 'A person pressed a button of a template, the menu, or *Get Started*.',
    content: {
      postback: Type.Object({
        mid,
        title: Nullable(Type.String()),
        payload: Nullable(Type.String()),
        referral: Nullable(referral),
      }),
    },
  },
  'referral.received': {
    meaning: 'A person came back to the thread through a link, an advertisement or a plugin.',
    content: { referral: Nullable(referral) },
  },
  'optin.received': {
    meaning: 'A person agreed to messages, through a plugin or to a topic.',
    content: { optin: Nullable(referral) },
  },
  'handover.changed': {
    meaning: 'Another app passed, took or asked for control of the thread.',
    content: {
      handover: Type.Object({
        action: Type.Enum(['pass_thread_control', 'take_thread_control', 'request_thread_control']),
      }),
    },
  },
  'policy.enforced': {
    meaning: 'Meta warned the Page, or blocked or unblocked its messages.',
    content: {},
  },
  'page.changed': {
    meaning: 'Meta told of a change that is no message, for a field other software subscribed to.',
    content: {},
  },
  'event.other': {
    meaning: 'Anything else, with the raw event: no kind is hidden.',
    content: {},
  },
} as const satisfies Record<string, { meaning: string; content: Record<string, TSchema> }>;

export type EventType = keyof typeof EVENT_TYPES;
export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as EventType[];

/** Sent by *Send test event* only; it cannot be chosen in a filter. */
export const TEST_EVENT_TYPE = 'destination.test';

/** The type of an event, by Meta's word for it. */
export function eventTypeOf(kind: string): EventType {
  return TYPES_BY_KIND[kind] ?? (kind.startsWith('change.') ? 'page.changed' : 'event.other');
}

const TYPES_BY_KIND: Readonly<Record<string, EventType>> = {
  message: 'message.received',
  echo: 'message.sent',
  message_edit: 'message.edited',
  unsend: 'message.deleted',
  reaction: 'message.reacted',
  delivery: 'message.delivered',
  read: 'message.read',
  postback: 'postback.received',
  referral: 'referral.received',
  optin: 'optin.received',
  pass_thread_control: 'handover.changed',
  take_thread_control: 'handover.changed',
  request_thread_control: 'handover.changed',
  policy_enforcement: 'policy.enforced',
};

/** What stands in `data` of every event. */
const common = {
  id: Type.String({
    description: 'Stays the same however often it is sent; also `webhook-id` and `Nats-Msg-Id`.',
  }),
  version: Type.Integer({ description: 'Of this form.', examples: [EVENT_VERSION] }),
  kind: Type.String({ description: "Meta's own word for the event." }),
  gatewayId: Type.String(),
  pageId: Type.String(),
  conversationId: Nullable(Type.String({ description: 'Null: it belongs to no person.' })),
  contact: Nullable(
    Type.Object({
      id: Type.String(),
      psid: Type.String({ description: "Meta's id of the person, for this Page only." }),
      name: Nullable(Type.String({ description: 'As far as Facebook shared it by now.' })),
    }),
  ),
  seq: Nullable(
    Type.Integer({
      description: 'Number within the conversation, without gaps; filters may leave some out.',
    }),
  ),
  standby: Type.Boolean({ description: 'Another app owned the thread.' }),
  sentAt: Nullable(Time),
  receivedAt: Time,
  raw: Type.Unknown({ description: 'The element exactly as Meta sent it.' }),
};

/** The body of an event of one type. */
export function eventSchema(type: EventType) {
  return Type.Object(
    {
      type: Type.Literal(type),
      timestamp: Type.String({ format: 'date-time', description: "Meta's time, or ours." }),
      data: Type.Object({ ...common, ...EVENT_TYPES[type].content }),
    },
    { title: type },
  );
}

const Common = Type.Object(common);

/** What leaves for a destination: `{type, timestamp, data}`; `data` differs by type. */
export type EventBody = {
  readonly type: EventType | typeof TEST_EVENT_TYPE;
  readonly timestamp: string;
  readonly data: Static<typeof Common> & Readonly<Record<string, unknown>>;
};
