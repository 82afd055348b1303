import type {
  ConversationList,
  Gateway,
  MessageList,
  PostReply,
  RepliesAccepted,
  Reply,
  ReplyList,
} from '@chatgate/contract';
import { ADMIN, type RunningApp, runApp } from '../../../test-support/app.ts';

export const BAKERY = '1080000000000101';
const OLENA = 'olena@example.test';

export type Chat = Awaited<ReturnType<typeof startChat>>;

let keys = 0;

/** The whole server before a stand-in for Meta: a Page that receives, and a customer who wrote. */
export async function startChat(
  options: {
    humanAgent?: boolean;
    people?: string[];
    env?: Record<string, string>;
    logTo?: { write: (line: string) => void };
  } = {},
) {
  const server = await runApp(options.env, options.logTo);
  const person = await server.signIn(ADMIN);
  const gatewayId = await createGateway(server, person, options.humanAgent ?? false);
  for (const who of options.people ?? [OLENA]) {
    await connect(server, { person, gatewayId, who });
  }
  const change = { pageId: BAKERY, receiving: true };
  const path = `/gateways/${gatewayId}/pages`;
  await server.call('PATCH', path, { as: person, body: { changes: [change] } });
  const { psid } = server.meta.customers.act({
    ...{ pageId: BAKERY, customerId: 'c1', kind: 'text', text: 'Is the bakery open?' },
  });
  await settle(server);
  const list: ConversationList = (await server.call('GET', '/conversations', { as: person })).body;
  const id = list.items[0]?.id ?? '';
  const bot = await server.app.core.auth.createApiKey({
    ...{ name: 'Bot', role: 'agent', createdBy: 'test' },
  });
  return {
    ...{ server, meta: server.meta, clock: server.clock, person, bot: bot.reveal() },
    ...{ gatewayId, id, psid, settle: () => settle(server) },
    ...calls(server, { person, id }),
    thread: () => server.meta.state.threads[psid],
    /** What the Page wrote, as the customer sees it. */
    written: () =>
      (server.meta.state.threads[psid]?.messages ?? []).filter(({ from }) => from === 'page'),
    stop: () => server.stop(),
  };
}

function calls(server: RunningApp, { person, id }: { person: string; id: string }) {
  const at = `/conversations/${id}`;
  const list = async (as = person): Promise<ReplyList> =>
    (await server.call('GET', `${at}/replies`, { as })).body;
  return {
    /** Posts with a key of its own unless one is given. */
    async post(body: PostReply, { as = person, key = '', more = {} } = {}) {
      keys += 1;
      const headers = { 'idempotency-key': key === '' ? `key-${keys}` : key, ...more };
      const { status, body: said } = await server.call('POST', `${at}/replies`, {
        ...{ as, body, headers },
      });
      const answer = said as RepliesAccepted & { error?: { code: string; details?: object } };
      return { status, answer, replies: answer.replies ?? [], error: answer.error };
    },
    list,
    /** How one is doing, as read on its own. */
    reply: async (replyId: string): Promise<Reply> =>
      (await server.call('GET', `${at}/replies/${replyId}`, { as: person })).body,
    resolve: async (replyId: string, how: 'retry' | 'arrived', as = person) =>
      server.call('POST', `${at}/replies/${replyId}/${how}`, { as, body: {} }),
    messages: async (): Promise<MessageList> =>
      (await server.call('GET', `${at}/messages`, { as: person })).body,
  };
}

/** Everything that is due happens: sending, webhooks, projecting. */
async function settle(server: RunningApp): Promise<void> {
  await server.drain();
  await server.meta.drain();
  await server.drain();
}

async function createGateway(server: RunningApp, as: string, humanAgent: boolean): Promise<string> {
  const [app] = Object.values(server.meta.state.apps);
  const body = { name: 'Shop', appId: app?.id, appSecret: app?.secret, humanAgent };
  const created: Gateway = (await server.call('POST', '/gateways', { as, body })).body;
  return created.id;
}

async function connect(
  server: RunningApp,
  { person, gatewayId, who }: { person: string; gatewayId: string; who: string },
): Promise<void> {
  const started: { url: string } = (
    await server.call('POST', `/gateways/${gatewayId}/connect`, { as: person, body: {} })
  ).body;
  const start = await fetch(started.url, { headers: { cookie: person }, redirect: 'manual' });
  const bound = start.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const { redirect } = server.meta.authorize({
    url: start.headers.get('location') ?? '',
    person: who,
    pages: [BAKERY],
  });
  const cookie = [person, ...bound].join('; ');
  await fetch(redirect, { headers: { cookie }, redirect: 'manual' });
  await server.drain();
}
