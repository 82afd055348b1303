import { createHash } from 'node:crypto';
import { type Core, nextTimestamp, randomText } from './core.ts';
import type { ChatMessage, Thread } from './entities.ts';
import type { PageSent } from './graph/world.ts';
import type { PageEvent, Queue } from './webhooks/queue.ts';

const MESSAGES_KEPT = 2000;
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
export type CustomerActionKind = (typeof CUSTOMER_ACTIONS)[number];

export const BURST_MODES = ['in_order', 'wrong_order', 'twice'] as const;
export type BurstMode = (typeof BURST_MODES)[number];

export class UnknownCustomer extends Error {}

/** Customers write to Pages here; what they do becomes webhook events. */
export function createCustomers(deps: {
  core: Core;
  queue: Queue;
  /** Called after something was queued. */
  nudge: () => void;
}) {
  const { core, queue, nudge } = deps;

  const openThread = (pageId: string, customerId: string): Thread => {
    const { state } = core.store;
    if (!state.pages[pageId] || !state.customers[customerId]) {
      throw new UnknownCustomer(`There is no customer ${customerId} or no Page ${pageId}.`);
    }
    const psid = psidOf(customerId, pageId);
    const known = state.threads[psid];
    if (known) {
      return known;
    }
    const thread = { psid, pageId, customerId, messages: [], updatedAt: 0, lastCustomerAt: 0 };
    state.threads[psid] = thread;
    core.store.changed();
    return thread;
  };

  const threadOf = ({ pageId, psid, customerId }: CustomerAction): Thread => {
    const { state } = core.store;
    if (psid === undefined) {
      return openThread(pageId, customerId ?? Object.keys(state.customers)[0] ?? '');
    }
    const thread = state.threads[psid];
    if (thread?.pageId !== pageId) {
      throw new UnknownCustomer(`There is no PSID ${psid} on Page ${pageId}.`);
    }
    return thread;
  };

  const act = (action: CustomerAction): { psid: string; mid: string | null } => {
    const thread = threadOf(action);
    const at = nextTimestamp(core);
    const { pageId, psid } = thread;
    const { field, change, message } = describe(core, { action, thread, at });
    if (message) {
      addMessage(thread, message);
    }
    if (field !== 'message_reads') {
      thread.lastCustomerAt = at;
    }
    thread.updatedAt = at;
    const isChange = action.kind === 'raw' && action.element?.['changes'] !== undefined;
    const element = isChange
      ? { field, value: action.element?.['changes'] }
      : { sender: { id: psid }, recipient: { id: pageId }, timestamp: at, ...change };
    const mid = message?.mid;
    const list = action.isStandby ? 'standby' : isChange ? 'changes' : 'messaging';
    queue.put({
      pageId,
      psid,
      field: action.isStandby ? 'standby' : field,
      element,
      list,
      copies: action.copies ?? 1,
      ...(mid === undefined ? {} : { mid }),
    });
    nudge();
    return { psid, mid: mid ?? null };
  };

  const tellPage = (thread: Thread, event: Pick<PageEvent, 'field' | 'element'>) =>
    queue.put({ ...event, pageId: thread.pageId, psid: thread.psid });

  return {
    openThread,
    act,
    /** Many messages at once, numbered in their text. */
    burst({
      count,
      mode,
      ...who
    }: Pick<CustomerAction, 'pageId' | 'psid' | 'customerId'> & {
      count: number;
      mode: BurstMode;
    }): { sent: number } {
      const before = core.store.state.queue.length;
      for (let number = 1; number <= count; number += 1) {
        const text = `Message ${number} of ${count}`;
        act({ ...who, kind: 'text', text, copies: mode === 'twice' ? 2 : 1 });
      }
      if (mode === 'wrong_order') {
        queue.shuffleFrom(before);
      }
      nudge();
      return { sent: count };
    },
    /** An app acknowledged the customer's message. */
    acknowledged(chat: string, mid: string): void {
      const psid = chat.split(':')[1] ?? '';
      const message = core.store.state.threads[psid]?.messages.find((one) => one.mid === mid);
      if (message) {
        message.deliveredAt ??= core.clock.now();
      }
    },
    /** The Page wrote: it appears on the customer's screen, and apps hear of both. */
    pageSent(sent: PageSent): void {
      const thread = core.store.state.threads[sent.psid];
      if (!thread) {
        return;
      }
      const payload = sent.attachment?.payload as { url?: string } | undefined;
      addMessage(thread, {
        mid: sent.mid,
        from: 'page',
        at: sent.timestamp,
        text: sent.text,
        attachment: sent.attachment
          ? { type: sent.attachment.type, url: payload?.url ?? '' }
          : null,
        reaction: null,
        deliveredAt: sent.timestamp,
        readAt: null,
        replyTo: sent.replyTo,
      });
      thread.updatedAt = sent.timestamp;
      tellPage(thread, { field: 'message_echoes', element: echoOf(sent) });
      const delivery = { mids: [sent.mid], watermark: sent.timestamp };
      tellPage(thread, {
        field: 'message_deliveries',
        element: { ...fromCustomer(thread, nextTimestamp(core)), delivery },
      });
      nudge();
    },
    /** The customer looked at the chat: what the Page wrote is read. */
    looked(psid: string): void {
      const thread = core.store.state.threads[psid];
      const unread = thread?.messages.filter(
        ({ from, readAt }) => from === 'page' && readAt === null,
      );
      if (!thread || !unread?.length) {
        return;
      }
      const at = nextTimestamp(core);
      for (const message of unread) {
        message.readAt = at;
      }
      const watermark = unread.at(-1)?.at ?? at;
      tellPage(thread, {
        field: 'message_reads',
        element: { ...fromCustomer(thread, at), read: { watermark } },
      });
      nudge();
    },
    /** What the Page shows besides messages: seen, typing, reactions. */
    senderAction({ psid, action, mid }: { psid: string; action: string; mid?: string }): void {
      const thread = core.store.state.threads[psid];
      for (const message of thread?.messages ?? []) {
        if (action === 'mark_seen' && message.from === 'customer') {
          message.readAt ??= core.clock.now();
        }
        if (message.mid === mid) {
          message.reaction = action === 'react' ? '❤️' : null;
        }
      }
      core.store.changed();
    },
  };
}

export type Customers = ReturnType<typeof createCustomers>;

const fromCustomer = ({ psid, pageId }: Thread, timestamp: number) => ({
  sender: { id: psid },
  recipient: { id: pageId },
  timestamp,
});

/** 16 digits that name a customer on one Page only. */
function psidOf(customerId: string, pageId: string): string {
  const digest = createHash('sha256').update(`${customerId} on ${pageId}`).digest();
  return String(4_000_000_000_000_000n + (digest.readBigUInt64BE() % 5_000_000_000_000_000n));
}

export const newMid = (core: Core) => `m_${randomText(core, 43)}`;

function addMessage(thread: Thread, message: ChatMessage): void {
  thread.messages.push(message);
  thread.messages.splice(0, Math.max(0, thread.messages.length - MESSAGES_KEPT));
}

function echoOf(sent: PageSent): object {
  const { pageId, psid, timestamp, appId, mid, text, attachment, metadata, replyTo } = sent;
  return {
    sender: { id: pageId },
    recipient: { id: psid },
    timestamp,
    message: {
      mid,
      is_echo: true,
      app_id: Number(appId),
      ...(metadata === undefined ? {} : { metadata }),
      ...(text === null ? {} : { text }),
      ...(attachment === null ? {} : { attachments: [attachment] }),
      ...(replyTo === null ? {} : { reply_to: { mid: replyTo } }),
    },
  };
}

interface Described {
  readonly field: string;
  readonly change: object;
  readonly message?: ChatMessage;
}

function describe(
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
