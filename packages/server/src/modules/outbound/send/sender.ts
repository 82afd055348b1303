import type { MetaProblem } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { inTrace } from '../../../platform/tracing/index.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { ReplyRow } from '../store.ts';
import { changeReply } from '../store.ts';
import type { OutboundDeps, SendDeps } from '../types.ts';
import { callMsOf } from './call.ts';
import { FIRST_LOOK_MS } from './record.ts';
import { sendReply } from './send-reply.ts';
import { findSendable, hasWork, loseExpired, SENDS_PER_SECOND, takeBudget } from './store.ts';

const IDLE_MS = 1_000;
type Kind = 'text' | 'media';
/** Each kind for itself: Meta takes up to 75 s to fetch a file, and a text should not wait for that. */
const AT_ONCE = { text: 32, media: 16 };

const kindOf = ({ is_media }: Pick<ReplyRow, 'is_media'>): Kind =>
  is_media === 1 ? 'media' : 'text';
/** A call that took twice its time is lost. */
const LEASE_FACTOR = 2;

const LOST: MetaProblem = { message: 'The process that sent it ended before Meta answered.' };

/**
 * Sends what is due. Every replica does so at the same time: a reply is claimed before its call, and
 * the claim is what its ending is recorded under. A slow call holds up nobody but its conversation.
 */
export function createSender(deps: SendDeps): Worker {
  const { db, sharedTime, log } = deps;
  const calls = { text: new Set<Promise<void>>(), media: new Set<Promise<void>>() };
  const steps = new Set<Promise<number>>();
  const stopping = new AbortController();

  async function claimAndCall(): Promise<number> {
    const places = {
      text: AT_ONCE.text - calls.text.size,
      media: AT_ONCE.media - calls.media.size,
    };
    // Asking is free, a transaction is not: an idle server must not write to its disk every second.
    const isFull = places.text + places.media === 0;
    if (isFull || !(await hasWork(db.read, await sharedTime(db.read)))) {
      return 0;
    }
    await loseExpiredCalls(deps);
    const claimed = await db.transaction((tx) => claim(deps, tx, places));
    for (const row of claimed) {
      const ofKind = calls[kindOf(row)];
      const work = sendReply(deps, row, stopping.signal)
        .catch((error: unknown) =>
          log.error({ err: error, replyId: row.id, ...inTrace(row.trace) }, 'reply.failed'),
        )
        .finally(() => {
          ofKind.delete(work);
          worker.wake();
        });
      ofKind.add(work);
    }
    return claimed.length;
  }

  /** Remembered while it runs: `drain` must see what the loop is just claiming. */
  function step(): Promise<number> {
    const running = claimAndCall().finally(() => steps.delete(running));
    steps.add(running);
    return running;
  }

  async function finish(): Promise<void> {
    const underWay = () => [...steps, ...calls.text, ...calls.media];
    while (underWay().length > 0) {
      await Promise.allSettled(underWay());
    }
  }

  const worker = createWorker({
    step,
    idleMs: IDLE_MS,
    onError: (error) => log.error({ err: error }, 'sender.failed'),
  });
  return {
    ...worker,
    async drain() {
      do {
        await finish();
      } while ((await step()) > 0);
    },
    async stop() {
      stopping.abort();
      await worker.stop();
      await finish();
    },
  };
}

async function claim(
  deps: OutboundDeps,
  tx: Executor,
  places: Readonly<Record<Kind, number>>,
): Promise<ReplyRow[]> {
  const { db, sharedTime, ids } = deps;
  const now = await sharedTime(tx);
  const second = Math.floor(now / 1_000);
  const found = [
    ...(await findSendable(db, tx, { now, isMedia: 0, limit: places.text })),
    ...(await findSendable(db, tx, { now, isMedia: 1, limit: places.media })),
  ];
  const claimed: ReplyRow[] = [];
  for (const row of found.toSorted(byBudget)) {
    const kind = kindOf(row);
    const isWithin = await takeBudget(tx, {
      ...{ gatewayId: row.gateway_id, pageId: row.page_id, kind, second },
      limit: SENDS_PER_SECOND[kind],
    });
    const set = isWithin
      ? {
          state: 'sending' as const,
          claim: ids.next('claim'),
          claimed_until: now + LEASE_FACTOR * callMsOf(row),
          call_began_at: now,
          attempts: row.attempts + 1,
        }
      : { next_at: (second + 1) * 1_000 };
    const changed = await changeReply(tx, { id: row.id, states: ['waiting'] }, set);
    if (changed && isWithin) {
      claimed.push(changed);
    }
  }
  return claimed;
}

/** Budgets are locked in one order everywhere, or two replicas would wait for each other. */
function byBudget(a: ReplyRow, b: ReplyRow): number {
  const [first, second] = [budgetOf(a), budgetOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

const budgetOf = (row: ReplyRow) => `${row.gateway_id} ${row.page_id} ${kindOf(row)}`;

async function loseExpiredCalls({ db, sharedTime, live, log }: OutboundDeps): Promise<void> {
  const lost = await db.transaction(async (tx) => {
    const now = await sharedTime(tx);
    const problem = JSON.stringify(LOST);
    return loseExpired(tx, { now, problem, settleAt: now + FIRST_LOOK_MS });
  });
  for (const row of lost) {
    log.warn(
      { replyId: row.id, conversationId: row.conversation_id, ...inTrace(row.trace) },
      'reply.lost',
    );
    live.publish({
      type: 'conversation.changed',
      gatewayId: row.gateway_id,
      conversationId: row.conversation_id,
    });
  }
}
