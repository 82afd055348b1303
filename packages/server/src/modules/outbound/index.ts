/**
 * Outbound: replies leave through Meta's Send API.
 *
 * Owns the tables `reply`, `reply_lane`, `reply_request`, `send_pause` and `send_budget`.
 * Guarantees: a reply is durable before its caller is answered, and committed as *sending* under a
 * claim before Meta is called; within a conversation replies leave in order; one whose outcome is
 * unknown is settled by its echo, by what Meta tells when asked, or by a person, and is never sent
 * a second time otherwise; one key makes one reply, on any number of replicas; Meta's tag follows
 * from who writes and when, and cannot be chosen; Meta is never called inside a transaction.
 */
import type { Executor } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import { createTally, type Tally } from '../../platform/metrics/index.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import type { ProjectedEvent } from '../conversations/index.ts';
import { registerReplyRoutes } from './routes.ts';
import { SENT } from './send/send-reply.ts';
import { createSender } from './send/sender.ts';
import { settleEchoes } from './settle/settle-echoes.ts';
import { createSettler } from './settle/settle-unknown.ts';
import { deleteOldRequests, eraseReplies } from './store.ts';
import type { OutboundDeps } from './types.ts';

export type { OutboundDeps } from './types.ts';

export type Outbound = {
  /** Calls of the Send API since this process began: `outcome class`, see `SendDeps`. */
  readonly sends: Tally;
  routes: (api: Api) => void;
  workers: {
    readonly sender: Worker;
    readonly settler: Worker;
    /** Forgets idempotency keys, two days after they were used. */
    readonly keyEraser: Worker;
  };
  /** Merges replies with their echoes, in the transaction that records these. */
  onProjected: (tx: Executor, events: readonly ProjectedEvent[]) => Promise<void>;
  /** Conversations are erased: what was written in them, and what waits, goes with them. */
  onErased: (tx: Executor, conversationIds: readonly string[]) => Promise<void>;
};

const KEEP_KEYS_MS = 48 * 3_600_000;
const ERASE_EVERY_MS = 3_600_000;
/** A hundred thousand at once kept SQLite's one writer for 320 ms. */
const KEYS_AT_ONCE = 500;

export function createOutbound(deps: OutboundDeps): Outbound {
  const { db, clock, log } = deps;
  const sends = createTally([SENT, 'failed permanent']);
  const sender = createSender({ ...deps, sends });
  return {
    sends,
    routes: (api) => registerReplyRoutes(api, { ...deps, onPosted: () => sender.wake() }),
    workers: {
      sender,
      settler: createSettler(deps),
      keyEraser: createWorker({
        step: () =>
          db.transaction((tx) =>
            deleteOldRequests(tx, { before: clock.now() - KEEP_KEYS_MS, limit: KEYS_AT_ONCE }),
          ),
        idleMs: ERASE_EVERY_MS,
        onError: (error) => log.error({ err: error }, 'key_eraser.failed'),
      }),
    },
    onProjected: (tx, events) => settleEchoes(deps, tx, events),
    onErased: eraseReplies,
  };
}
