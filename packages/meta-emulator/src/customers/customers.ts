import { createHash } from 'node:crypto';
import { type Core, nextTimestamp } from '../core.ts';
import type { ChatMessage, Thread } from '../entities.ts';
import type { PageSent } from '../graph/world.ts';
import type { PageEvent, Queue } from '../webhooks/queue.ts';
import { type BurstMode, type CustomerAction, describe } from './action.ts';

const MESSAGES_KEPT = 2000;

class UnknownCustomer extends Error {}

interface CustomerDeps {
  readonly core: Core;
  readonly queue: Queue;
  /** Called after something was queued. */
  readonly nudge: () => void;
}

type Who = Pick<CustomerAction, 'pageId' | 'psid' | 'customerId'>;

/** Customers write to Pages here; what they do becomes webhook events. */
export function createCustomers(deps: CustomerDeps) {
  const { core, nudge } = deps;
  return {
    openThread: (pageId: string, customerId: string) => openThread(core, { pageId, customerId }),
    act(action: CustomerAction): { psid: string; mid: string | null } {
      const done = act(deps, action);
      nudge();
      return done;
    },
    /** Many messages at once, numbered in their text. */
    burst(options: Who & { count: number; mode: BurstMode }): { sent: number } {
      const sent = burst(deps, options);
      nudge();
      return { sent };
    },
    /** An app acknowledged the customer's message. */
    acknowledged(chat: string, mid: string): void {
      const psid = chat.split(':')[1] ?? '';
      const message = core.store.state.threads[psid]?.messages.find((one) => one.mid === mid);
      if (message) {
        message.deliveredAt ??= core.clock.now();
      }
    },
    pageSent(sent: PageSent): void {
      pageSent(deps, sent);
      nudge();
    },
    /** The customer looked at the chat: what the Page wrote is read. */
    looked(psid: string): void {
      looked(deps, psid);
      nudge();
    },
    /** What the Page shows besides messages: seen, typing, reactions. */
    senderAction(event: { psid: string; action: string; mid?: string }): void {
      const thread = core.store.state.threads[event.psid];
      for (const message of thread?.messages ?? []) {
        applySenderAction(message, { ...event, at: core.clock.now() });
      }
      core.store.changed();
    },
  };
}

export type Customers = ReturnType<typeof createCustomers>;

function openThread(
  { store }: Core,
  { pageId, customerId }: { pageId: string; customerId: string },
): Thread {
  const { state } = store;
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
  store.changed();
  return thread;
}

function findThread(core: Core, { pageId, psid, customerId }: Who): Thread {
  const { state } = core.store;
  if (psid === undefined) {
    const [first = ''] = Object.keys(state.customers);
    return openThread(core, { pageId, customerId: customerId ?? first });
  }
  const thread = state.threads[psid];
  if (thread?.pageId !== pageId) {
    throw new UnknownCustomer(`There is no PSID ${psid} on Page ${pageId}.`);
  }
  return thread;
}

function act({ core, queue }: CustomerDeps, action: CustomerAction) {
  const thread = findThread(core, action);
  const at = nextTimestamp(core);
  const { pageId, psid } = thread;
  const described = describe(core, { action, thread, at });
  const { message } = described;
  if (message) {
    addMessage(thread, message);
  }
  if (described.field !== 'message_reads') {
    thread.lastCustomerAt = at;
  }
  thread.updatedAt = at;
  const mid = message?.mid ?? null;
  queue.put({
    pageId,
    psid,
    copies: action.copies ?? 1,
    ...placeOf(action, { described, thread, at }),
    ...(mid === null ? {} : { mid }),
  });
  return { psid, mid };
}

/** In which list of the entry, under which field, and in which shape an action travels. */
function placeOf(
  { kind, element, isStandby }: CustomerAction,
  { described, thread, at }: { described: ReturnType<typeof describe>; thread: Thread; at: number },
): Pick<PageEvent, 'field' | 'element' | 'list'> {
  const { field, change } = described;
  if (kind === 'raw' && element?.['changes'] !== undefined) {
    return { field, list: 'changes', element: { field, value: element['changes'] } };
  }
  const whole = { ...fromCustomer(thread, at), ...change };
  return isStandby
    ? { field: 'standby', list: 'standby', element: whole }
    : { field, list: 'messaging', element: whole };
}

function burst(
  deps: CustomerDeps,
  { count, mode, ...who }: Who & { count: number; mode: BurstMode },
): number {
  const { core, queue } = deps;
  const before = core.store.state.queue.length;
  for (let number = 1; number <= count; number += 1) {
    const text = `Message ${number} of ${count}`;
    act(deps, { ...who, kind: 'text', text, copies: mode === 'twice' ? 2 : 1 });
  }
  if (mode === 'wrong_order') {
    queue.shuffleFrom(before);
  }
  return count;
}

/** The Page wrote: it appears on the customer's screen, and apps hear of both. */
function pageSent({ core, queue }: CustomerDeps, sent: PageSent): void {
  const { psid, pageId } = sent;
  const thread = core.store.state.threads[psid];
  if (!thread) {
    return;
  }
  const payload = sent.attachment?.payload as { url?: string } | undefined;
  addMessage(thread, {
    mid: sent.mid,
    from: 'page',
    at: sent.timestamp,
    text: sent.text,
    attachment: sent.attachment ? { type: sent.attachment.type, url: payload?.url ?? '' } : null,
    reaction: null,
    deliveredAt: sent.timestamp,
    readAt: null,
    replyTo: sent.replyTo,
  });
  thread.updatedAt = sent.timestamp;
  queue.put({ pageId, psid, field: 'message_echoes', element: echoOf(sent), isQuiet: true });
  const delivery = { mids: [sent.mid], watermark: sent.timestamp };
  const element = { ...fromCustomer(thread, nextTimestamp(core)), delivery };
  queue.put({ pageId, psid, field: 'message_deliveries', element, isQuiet: true });
}

function looked({ core, queue }: CustomerDeps, psid: string): void {
  const thread = core.store.state.threads[psid];
  const unread = thread?.messages.filter(({ from, readAt }) => from === 'page' && readAt === null);
  if (!thread || !unread?.length) {
    return;
  }
  const at = nextTimestamp(core);
  for (const message of unread) {
    message.readAt = at;
  }
  const element = { ...fromCustomer(thread, at), read: { watermark: unread.at(-1)?.at ?? at } };
  queue.put({ pageId: thread.pageId, psid, field: 'message_reads', element, isQuiet: true });
}

function applySenderAction(
  message: ChatMessage,
  { action, mid, at }: { action: string; mid?: string; at: number },
): void {
  if (action === 'mark_seen' && message.from === 'customer') {
    message.readAt ??= at;
  }
  if (message.mid === mid) {
    message.reaction = action === 'react' ? '❤️' : null;
  }
}

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
