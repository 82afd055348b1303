import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../../platform/db/index.ts';
import { createIds } from '../../../platform/ids.ts';
import { silentLog } from '../../../platform/log.ts';
import { systemRandom } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';
import type { Actor } from '../../auth/index.ts';
import type { Address } from '../../conversations/index.ts';
import { asPageToken } from '../../graph/index.ts';
import { createOutbound } from '../index.ts';
import { postReply } from '../post/post-reply.ts';
import { confirmArrived, sendAgain } from '../resolve-reply.ts';
import type { ReplyRow } from '../store.ts';
import type { OutboundDeps } from '../types.ts';
import type { Edge } from './edge.ts';

export const NOW = 1_795_350_000_000;
export const CONVERSATION = 'cv_1';

export const person: Actor = {
  kind: 'person',
  id: 'usr_1',
  name: 'Olena',
  email: null,
  ownerId: 'usr_1',
  role: { id: 'agent', name: 'Agent' },
  permissions: new Set(['conversations:read', 'conversations:reply']),
};

const TABLES = ['reply', 'reply_lane', 'reply_request', 'send_pause', 'send_budget'];

export async function emptyReplies(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    for (const table of TABLES) {
      await sql`delete from ${sql.table(table)}`.execute(tx);
    }
  });
}

/** What a process of ours needs besides the database and Meta; shared by all processes of a test. */
export function createSurroundings() {
  const clock = { at: NOW, now: () => clock.at };
  return {
    clock,
    /** Customers wrote a moment ago, in whatever conversation one asks for. */
    lastCustomerAt: NOW - 1_000,
    isLoggedIn: true,
    erased: new Set<string>(),
    /** Mids that became messages. */
    messages: new Set<string>(),
    /** Names given to the senders of messages, by message. */
    named: new Map<string, string>(),
    refusedTokens: 0,
    /** Before the address, and before the access, of a reply is read. */
    atAddress: async () => {},
    atAccess: async () => {},
  };
}

export type Surroundings = ReturnType<typeof createSurroundings>;

/** One process: the module on a real database, before the given edge. */
export function createNode(db: Database, edge: Edge, around: Surroundings, clockIsAheadMs = 0) {
  const shared = depsOf(db, edge, around);
  const clock = { now: () => around.clock.now() + clockIsAheadMs };
  const deps = { ...shared, clock };
  const outbound = createOutbound(deps);
  let keys = 0;
  return {
    deps,
    outbound,
    async post(text: string, conversationId = CONVERSATION, split = false) {
      keys += 1;
      const key = `${text.slice(0, 20)}-${keys}-${systemRandom.bytes(4).toString('hex')}`;
      const body = split ? { text, split } : { text };
      const answer = await postReply(deps, { conversationId, key, body, actor: person });
      return answer.replies.map(({ id }) => id);
    },
    again: (replyId: string) =>
      sendAgain(deps, { conversationId: CONVERSATION, replyId, actor: person }),
    arrived: (replyId: string) =>
      confirmArrived(deps, { conversationId: CONVERSATION, replyId, actor: person }),
  };
}

function depsOf(db: Database, edge: Edge, around: Surroundings): OutboundDeps {
  const { clock } = around;
  const addressOf = (conversationId: string): Address => ({
    ...{ conversationId, gatewayId: 'gw_1', pageId: '1001', psid: '9001' },
    ...{ lastCustomerAt: around.lastCustomerAt, deliveredUpTo: null, readUpTo: null },
  });
  const app = {
    ...{ id: 'gw_1', name: 'Shop', uri: 'uri', appId: '1234', appSecret: new Secret('s') },
    ...{ apiVersion: null, loginConfigId: null, findBusinessPages: false },
    ...{ importMissedMessages: false, subscribeNewPages: false, enabled: true },
  };
  return {
    db,
    clock,
    sharedTime: async () => clock.now(),
    ids: createIds({ clock, random: systemRandom }),
    log: silentLog,
    live: { publish() {} },
    audit: { record: async () => {} },
    graph: edge.graph,
    graphUrl: 'https://graph.test',
    rest: () => nextTurn(),
    gateways: {
      statesOf: async () =>
        new Map([['gw_1', { appId: '1234', enabled: true, humanAgent: false }]]),
    },
    pages: {
      async sendAccess() {
        await around.atAccess();
        return around.isLoggedIn
          ? { kind: 'ready', grantId: 'g', readAt: clock.now(), token: asPageToken('t'), app }
          : { kind: 'needs_login' };
      },
      async onTokenRefused() {
        around.refusedTokens += 1;
        around.isLoggedIn = false;
      },
    },
    conversations: {
      async findAddress(_db, id) {
        await around.atAddress();
        return around.erased.has(id) ? undefined : addressOf(id);
      },
      knownMids: async (_db, { mids }) => mids.filter((mid) => around.messages.has(mid)),
      nameSender: async (_tx, { messageId, name }) => void around.named.set(messageId, name),
    },
  };
}

export type Node = ReturnType<typeof createNode>;

export async function readReplies(db: Database): Promise<ReplyRow[]> {
  const { rows } =
    await sql<ReplyRow>`select * from reply order by conversation_id, position`.execute(db.read);
  return rows;
}
