import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Core } from '../core.ts';
import type { BurstMode } from '../customers/action.ts';
import type { Customers } from '../customers/customers.ts';
import type { Page, Thread } from '../entities.ts';
import { chatLog, chatPage, chatTally, missingPage, pageProfile } from './chat-page.ts';
import { isLoopbackOrigin } from './hosts.ts';
import { toText } from './html.ts';

type Form = Readonly<Record<string, string | undefined>>;

const BURSTS: Readonly<Record<string, BurstMode>> = {
  burst: 'in_order',
  burst_wrong_order: 'wrong_order',
  burst_twice: 'twice',
};
const BURST_SIZE = 200;

/** An emulated Page as its visitors see it, and the chat with it. */
export function registerChat(
  app: FastifyInstance,
  { core, customers }: { core: Core; customers: Customers },
): void {
  void app.register(formbody);

  const find = (params: { id: string }, query: { as?: string }) => {
    const { state } = core.store;
    const page: Page | undefined = state.pages[params.id];
    const [first = ''] = Object.keys(state.customers);
    const customerId = state.customers[query.as ?? ''] ? (query.as ?? first) : first;
    return page && { page, customerId, thread: customers.openThread(page.id, customerId) };
  };
  const send = (reply: FastifyReply, markup: string) =>
    reply.type('text/html; charset=utf-8').send(markup);

  app.get<{ Params: { id: string } }>('/pages/:id', async ({ params }, reply) => {
    const page = core.store.state.pages[params.id];
    return page ? send(reply, pageProfile(page)) : send(reply.code(404), missingPage());
  });
  app.get<{ Params: { id: string }; Querystring: { as?: string } }>(
    '/pages/:id/chat',
    async ({ params, query }, reply) => {
      const found = find(params, query);
      if (!found) {
        return send(reply.code(404), missingPage());
      }
      customers.looked(found.thread.psid);
      return send(reply, chatPage({ ...found, state: core.store.state }));
    },
  );
  app.get<{ Params: { id: string }; Querystring: { as?: string } }>(
    '/pages/:id/chat/state',
    async ({ params, query }, reply) => {
      const found = find(params, query);
      if (!found) {
        return reply.code(404).send({});
      }
      customers.looked(found.thread.psid);
      const parts = { ...found, state: core.store.state };
      const latest = found.thread.messages.findLast(({ from }) => from === 'page');
      const news = latest ? `${found.page.name}: ${latest.text ?? 'sent a file'}` : '';
      return { log: toText(chatLog(parts)), tally: toText(chatTally(parts)), news };
    },
  );
  app.post<{ Params: { id: string }; Querystring: { as?: string }; Body: Form }>(
    '/pages/:id/chat',
    async ({ params, query, body, headers }, reply) => {
      const found = find(params, query);
      if (!found || !isLoopbackOrigin(headers.origin)) {
        return send(reply.code(404), missingPage());
      }
      act(customers, { thread: found.thread, form: body });
      return reply.redirect(`/pages/${params.id}/chat?as=${found.customerId}`, 303);
    },
  );
}

function act(customers: Customers, { thread, form }: { thread: Thread; form: Form }): void {
  const who = { pageId: thread.pageId, psid: thread.psid };
  const { action = 'text', text = '', mid } = form;
  const mode = BURSTS[action];
  if (mode !== undefined) {
    customers.burst({ ...who, count: BURST_SIZE, mode });
    return;
  }
  switch (action) {
    case 'image':
    case 'sticker':
    case 'audio':
    case 'file':
    case 'postback':
      customers.act({ ...who, kind: action });
      return;
    case 'reaction':
    case 'unreaction':
      customers.act({ ...who, kind: action, mid });
      return;
    default:
      if (text.trim() !== '') {
        customers.act({ ...who, kind: 'text', text });
      }
  }
}
