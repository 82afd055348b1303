import { type Core, randomText } from '../core.ts';
import type { ChatMessage, Thread } from '../entities.ts';

/** One of Meta's thumbs. */
const STICKER_ID = 369239263222822;

/** What a customer does on a Page. `psid` or `customerId` says who. */
export interface CustomerAction {
  readonly pageId: string;
  readonly psid?: string | undefined;
  readonly customerId?: string | undefined;
  readonly kind: CustomerActionKind;
  readonly text?: string | undefined;
  /** For `raw`: the webhook field and what is merged into the element. */
  readonly field?: string | undefined;
  readonly element?: Readonly<Record<string, unknown>> | undefined;
  /** For reactions, edits and replies: the message meant; the latest from the other side if absent. */
  readonly mid?: string | undefined;
  readonly reaction?: string | undefined;
  readonly payload?: string | undefined;
  readonly isStandby?: boolean | undefined;
  readonly copies?: number | undefined;
}

export const CUSTOMER_ACTIONS = [
  'text',
  'quick_reply',
  'image',
  'file',
  'audio',
  'sticker',
  'postback',
  'reaction',
  'unreaction',
  'edit',
  'read',
  'referral',
  'optin',
  'raw',
] as const;
type CustomerActionKind = (typeof CUSTOMER_ACTIONS)[number];

export const BURST_MODES = ['in_order', 'wrong_order', 'twice'] as const;
export type BurstMode = (typeof BURST_MODES)[number];

export const newMid = (core: Core) => `m_${randomText(core, 43)}`;

/** The webhook field of an action, what its element holds besides the parties, and its bubble. */
export interface Described {
  readonly field: string;
  readonly change: object;
  readonly message?: ChatMessage;
}

export function describe(
  core: Core,
  { action, thread, at }: { action: CustomerAction; thread: Thread; at: number },
): Described {
  const { kind } = action;
  switch (kind) {
    case 'raw':
      return { field: action.field ?? 'messages', change: action.element ?? {} };
    case 'reaction':
    case 'unreaction':
    case 'edit':
    case 'read':
      return describeChange(action, thread);
    case 'referral': {
      const referral = { ref: action.payload ?? 'qr1', source: 'SHORTLINK', type: 'OPEN_THREAD' };
      return { field: 'messaging_referrals', change: { referral } };
    }
    case 'optin':
      return { field: 'messaging_optins', change: { optin: { ref: action.payload ?? 'r' } } };
    case 'postback': {
      const title = action.text ?? 'Get started';
      const mid = newMid(core);
      const payload = action.payload ?? 'GET_STARTED';
      const message = customerMessage({ mid, at, text: title });
      return {
        field: 'messaging_postbacks',
        change: { postback: { mid, title, payload } },
        message,
      };
    }
    default:
      return describeMessage(core, { action, at });
  }
}

function customerMessage(
  details: Pick<ChatMessage, 'mid' | 'at'> & Partial<ChatMessage>,
): ChatMessage {
  return {
    from: 'customer',
    text: null,
    attachment: null,
    reaction: null,
    deliveredAt: null,
    readAt: null,
    replyTo: null,
    ...details,
  };
}

function describeMessage(
  core: Core,
  { action, at }: { action: CustomerAction; at: number },
): Described {
  const mid = newMid(core);
  const attachment = attachmentOf(core, action.kind);
  const text = attachment === null ? (action.text ?? 'Hello') : null;
  const change = {
    message: {
      mid,
      ...(text === null ? {} : { text }),
      ...(attachment === null ? {} : { attachments: [attachment] }),
      ...(action.kind === 'quick_reply'
        ? { quick_reply: { payload: action.payload ?? 'YES' } }
        : {}),
      ...(action.mid === undefined ? {} : { reply_to: { mid: action.mid } }),
    },
  };
  const message = customerMessage({
    mid,
    at,
    text,
    attachment: attachment && { type: attachment.type, url: attachment.payload.url },
    replyTo: action.mid ?? null,
  });
  return { field: 'messages', change, message };
}

function attachmentOf(core: Core, kind: CustomerActionKind) {
  const files = `${core.urls().graph}/files`;
  const number = core.store.state.nextNumber % 100;
  switch (kind) {
    case 'image':
      return { type: 'image', payload: { url: `${files}/image/${number}.png` } };
    case 'file':
      return { type: 'file', payload: { url: `${files}/file/order-${number}.pdf` } };
    case 'audio':
      return { type: 'audio', payload: { url: `${files}/audio/${number}.wav` } };
    case 'sticker': {
      const url = `${files}/sticker/${STICKER_ID}.png`;
      return { type: 'sticker', payload: { url, sticker_id: STICKER_ID } };
    }
    default:
      return null;
  }
}

function describeChange(action: CustomerAction, thread: Thread): Described {
  const from = action.kind === 'edit' ? 'customer' : 'page';
  const target =
    thread.messages.find(({ mid }) => mid === action.mid) ??
    thread.messages.findLast((message) => message.from === from);
  const mid = action.mid ?? target?.mid ?? 'm_none';
  if (action.kind === 'read') {
    return { field: 'message_reads', change: { read: { watermark: target?.at ?? 0 } } };
  }
  if (action.kind === 'edit') {
    const text = action.text ?? 'Edited';
    if (target) {
      target.text = text;
    }
    return { field: 'message_edits', change: { message_edit: { mid, text, num_edit: 1 } } };
  }
  const isReaction = action.kind === 'reaction';
  if (target) {
    target.reaction = isReaction ? '❤️' : null;
  }
  const reaction = {
    reaction: action.reaction ?? 'love',
    emoji: '❤️',
    action: isReaction ? 'react' : 'unreact',
    mid,
  };
  return { field: 'message_reactions', change: { reaction } };
}
