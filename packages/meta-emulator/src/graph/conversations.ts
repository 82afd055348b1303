import type { ChatMessage, Page, Thread } from '../entities.ts';
import { threadsOf } from '../store.ts';
import type { CallContext, NodeReader, Route } from './call.ts';
import { badParameter, GraphFailure, notFound } from './failure.ts';
import { type Field, finished } from './fields.ts';
import { requireMessagingPage } from './messages.ts';
import { type NodeDeps, render, tableReader } from './nodes.ts';
import { pageOf } from './paging.ts';
import { textParam } from './params.ts';

const DAY_MS = 86_400_000;
/** Older messages keep their id and answer nothing else. */
const DETAILED = 20;

/**
 * Conversations as the Page can read them back.
 *
 * https://developers.facebook.com/docs/messenger-platform/conversations
 */
export function conversationRoutes(deps: NodeDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/{page}/conversations',
      about: 'Conversations of a Page, the latest first.',
      handle: (context) => listConversations(deps, context),
    },
    {
      method: 'GET',
      path: '/{conversation}',
      about: 'One conversation.',
      handle: (context) => {
        const { thread, page } = requireThread(deps, context);
        return render(
          conversationReader(deps, { thread, page, self: context.self }),
          context.fields,
        );
      },
    },
    {
      method: 'GET',
      path: '/{conversation}/messages',
      about: 'Its messages, the latest first.',
      handle: (context) => {
        const { thread, page } = requireThread(deps, context);
        const { call, fields, self } = context;
        return listMessages(deps, { thread, page, params: call.params, fields, self });
      },
    },
    {
      method: 'GET',
      path: '/{message}',
      about:
        'One message by the id its webhook had; only the 20 latest of a conversation tell more.',
      handle: (context) => readMessage(deps, context),
    },
  ];
}

function requireConversationPage(context: CallContext): Page {
  const page = requireMessagingPage(context);
  const { caller } = context;
  const tasks = ('person' in caller && page.roles[caller.person.id]?.tasks) || [];
  if (!tasks.includes('MESSAGING') && !tasks.includes('MODERATE')) {
    throw new GraphFailure({
      code: 10,
      message: '(#10) The user needs the MESSAGING or MODERATE task on the Page.',
    });
  }
  return page;
}

function requireThread({ core }: NodeDeps, context: CallContext): { thread: Thread; page: Page } {
  const page = requireConversationPage(context);
  const psid = context.node.kind === 'conversation' ? context.node.psid : '';
  const thread = core.store.state.threads[psid];
  if (thread?.pageId !== page.id) {
    throw notFound(`t_${psid}`);
  }
  return { thread, page };
}

function listConversations(deps: NodeDeps, context: CallContext) {
  const page = requireConversationPage(context);
  const { params } = context.call;
  const platform = textParam(params, 'platform') ?? 'messenger';
  const userId = textParam(params, 'user_id');
  const threads = threadsOf(deps.core.store.state, page.id)
    .filter(({ messages, psid }) => messages.length > 0 && (userId ?? psid) === psid)
    .sort((a, b) => b.updatedAt - a.updatedAt);
  const { items, ...rest } = pageOf(platform === 'messenger' ? threads : [], {
    params,
    self: context.self,
  });
  const data = items.map((thread) =>
    render(conversationReader(deps, { thread, page, self: context.self }), context.fields),
  );
  return { data, ...rest };
}

const isoTime = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}+0000`;

function partiesOf({ core }: NodeDeps, { thread, page }: { thread: Thread; page: Page }) {
  const customer = core.store.state.customers[thread.customerId];
  const name = `${customer?.firstName ?? ''} ${customer?.lastName ?? ''}`.trim();
  const party = (id: string, title: string) => ({
    name: title,
    email: `${id}@facebook.com`,
    id,
  });
  return { customer: party(thread.psid, name), page: party(page.id, page.name) };
}

function conversationReader(
  deps: NodeDeps,
  { thread, page, self }: { thread: Thread; page: Page; self: string },
): NodeReader {
  const parties = partiesOf(deps, { thread, page });
  const both = { data: [parties.customer, parties.page] };
  const unread = thread.messages.filter((one) => one.from === 'customer' && one.readAt === null);
  const now = deps.core.clock.now();
  return tableReader('UnifiedThread', ['id', 'link', 'updated_time'], {
    id: () => `t_${thread.psid}`,
    link: () => `/pages/${page.id}/chat?as=${thread.customerId}`,
    updated_time: () => isoTime(thread.updatedAt),
    unread_count: () => unread.length,
    message_count: () => thread.messages.length,
    can_reply: () => now - thread.lastCustomerAt <= DAY_MS,
    is_owner: () => true,
    snippet: () => thread.messages.at(-1)?.text ?? '',
    participants: () => both,
    senders: () => both,
    messages: ({ args, fields }) =>
      finished(listMessages(deps, { thread, page, params: args, fields, self })),
  });
}

function listMessages(
  deps: NodeDeps,
  options: {
    thread: Thread;
    page: Page;
    params: Readonly<Record<string, unknown>>;
    fields: readonly Field[] | undefined;
    self: string;
  },
) {
  const { thread, page, params, fields, self } = options;
  const latest = [...thread.messages].reverse();
  const { items, ...rest } = pageOf(latest, { params, self });
  const data = items.map((message) =>
    render(messageReader(deps, { thread, page, message }), fields),
  );
  return { data, ...rest };
}

function messageReader(
  deps: NodeDeps,
  { thread, page, message }: { thread: Thread; page: Page; message: ChatMessage },
): NodeReader {
  const parties = partiesOf(deps, { thread, page });
  const isFromPage = message.from === 'page';
  const isDetailed = thread.messages.slice(-DETAILED).includes(message);
  const detail = (value: unknown) => () => (isDetailed ? value : undefined);
  return tableReader('Message', ['id', 'created_time'], {
    id: () => message.mid,
    created_time: () => isoTime(message.at),
    from: detail(isFromPage ? parties.page : parties.customer),
    to: detail({ data: [isFromPage ? parties.customer : parties.page] }),
    message: detail(message.text ?? ''),
    attachments: detail(message.attachment ? { data: [attachmentOf(message)] } : undefined),
    sticker: detail(message.attachment?.type === 'sticker' ? message.attachment.url : undefined),
    shares: detail(undefined),
    tags: detail({ data: [{ name: 'inbox' }] }),
    reply_to: detail(message.replyTo === null ? undefined : { id: message.replyTo }),
  });
}

function attachmentOf({ mid, attachment }: ChatMessage) {
  const url = attachment?.url ?? '';
  const isPicture = attachment?.type === 'image' || attachment?.type === 'sticker';
  return {
    id: `${mid}_1`,
    mime_type: isPicture ? 'image/png' : 'application/octet-stream',
    name: url.split('/').at(-1) ?? '',
    size: 0,
    ...(isPicture
      ? { image_data: { url, preview_url: url, width: 480, height: 320 } }
      : { file_url: url }),
  };
}

function readMessage(deps: NodeDeps, context: CallContext) {
  const page = requireConversationPage(context);
  const mid = context.node.kind === 'message' ? context.node.mid : '';
  for (const thread of threadsOf(deps.core.store.state, page.id)) {
    const message = thread.messages.find((one) => one.mid === mid);
    if (message && !thread.messages.slice(-DETAILED).includes(message)) {
      throw new GraphFailure({
        code: 100,
        subcode: 9_000_001,
        message: '(#100) The message was deleted or is older than the last 20 of its conversation.',
      });
    }
    if (message) {
      return render(messageReader(deps, { thread, page, message }), context.fields);
    }
  }
  throw badParameter(`No message ${mid} on this Page`);
}
