import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';
import type { ReplyRow } from '../store.ts';

export type BudgetKind = 'text' | 'media' | 'read';

/**
 * Per Page and second; typing and seen count as texts:
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export const SENDS_PER_SECOND = { text: 300, media: 10 };

type PauseRow = {
  gateway_id: string;
  page_id: string;
  until: number;
  strikes: number;
  problem: string | null;
};

type Tables = {
  reply: ReplyRow;
  send_pause: PauseRow;
  send_budget: {
    gateway_id: string;
    page_id: string;
    kind: BudgetKind;
    second: number;
    used: number;
  };
};

const tables = (db: Executor) => db.withTables<Tables>();

/**
 * Longer than the usual looks take: the first five seconds after a lost call, the last thirty after
 * that. While Meta answers no look, which may take a day, others do not wait any longer.
 */
export const HOLD_MS = 60_000;

/** An empty Page id stands for the whole app. */
export const APP = '';

/** Whether anything is due or lost; paused ones count too. */
export async function hasWork(db: Executor, now: number): Promise<boolean> {
  const due = await tables(db)
    .selectFrom('reply')
    .select('id')
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'waiting'), eb('next_at', '<=', now)]),
        eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', now)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return due !== undefined;
}

/**
 * Replies of one kind that may be sent now: due, first of their conversation, nothing of it under way, no
 * earlier part of the same text unsettled, and neither Page nor app paused. Parts behind one that
 * nobody but a person can settle, or that is looked for in vain, hold up nothing else. A pause does not keep one from ending that
 * has waited too long.
 */
export async function findSendable(
  db: Database,
  tx: Executor,
  { now, isMedia, limit }: { now: number; isMedia: 0 | 1; limit: number },
): Promise<ReplyRow[]> {
  const query = tables(tx)
    .selectFrom('reply')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('is_media', '=', isMedia)
    .where('next_at', '<=', now)
    .where(
      sql<boolean>`not exists (select 1 from reply as earlier
        where earlier.conversation_id = reply.conversation_id and earlier.id <> reply.id
          and earlier.state in ('waiting', 'sending', 'unknown') and (
          earlier.state = 'sending'
          or (earlier.state = 'waiting' and earlier.position < reply.position
            and not exists (select 1 from reply as lost
              where lost.request_id = earlier.request_id and lost.part < earlier.part
                and lost.state = 'unknown'
                and (lost.settle_at is null or lost.claimed_until <= ${now - HOLD_MS})))
          or (earlier.state = 'unknown' and earlier.request_id = reply.request_id
            and earlier.part < reply.part)))`,
    )
    .where(
      sql<boolean>`(reply.give_up_at <= ${now} or not exists (select 1 from send_pause as pause
        where pause.gateway_id = reply.gateway_id and pause.page_id in (reply.page_id, ${APP})
          and pause.until > ${now}))`,
    )
    .orderBy('next_at')
    .orderBy('position')
    .limit(limit);
  return db.skipLocked(query).execute();
}

/** Takes one call out of what a Page may make in this second; false when none is left. */
export async function takeBudget(
  tx: Executor,
  budget: { gatewayId: string; pageId: string; kind: BudgetKind; second: number; limit: number },
): Promise<boolean> {
  const { gatewayId, pageId, kind, second, limit } = budget;
  const taken = await tables(tx)
    .insertInto('send_budget')
    .values({ gateway_id: gatewayId, page_id: pageId, kind, second, used: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['gateway_id', 'page_id', 'kind'])
        .doUpdateSet({
          second,
          used: sql`case when send_budget.second = ${second} then send_budget.used + 1 else 1 end`,
        })
        .where((eb) =>
          eb.or([eb('send_budget.second', '<>', second), eb('send_budget.used', '<', limit)]),
        ),
    )
    .returning('used')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function findPauses(
  db: Executor,
  { gatewayId, pageId, now }: { gatewayId: string; pageId: string; now: number },
): Promise<PauseRow[]> {
  return tables(db)
    .selectFrom('send_pause')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('page_id', 'in', [pageId, APP])
    .where('until', '>', now)
    .execute();
}

/** Holds up a Page or the app; a pause is never shortened, and each one in a row counts. */
export async function addPause(
  tx: Executor,
  pause: {
    gatewayId: string;
    pageId: string;
    now: number;
    forMs: number;
    longestMs: number;
    problem: string | null;
  },
): Promise<void> {
  const { gatewayId, pageId, now, forMs, longestMs, problem } = pause;
  const known = await tables(tx)
    .selectFrom('send_pause')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('page_id', '=', pageId)
    .executeTakeFirst();
  const strikes = problem === null ? (known?.strikes ?? 0) : (known?.strikes ?? 0) + 1;
  const doubled = problem === null ? forMs : forMs * 2 ** Math.min(strikes - 1, 10);
  const until = Math.max(known?.until ?? 0, now + Math.min(doubled, longestMs));
  const row = { until, strikes, problem };
  await tables(tx)
    .insertInto('send_pause')
    .values({ gateway_id: gatewayId, page_id: pageId, ...row })
    .onConflict((conflict) => conflict.columns(['gateway_id', 'page_id']).doUpdateSet(row))
    .execute();
}

/** A call succeeded: what comes next begins counting anew. */
export async function forgetPauses(
  tx: Executor,
  { gatewayId, pageId, now }: { gatewayId: string; pageId: string; now: number },
): Promise<void> {
  await tables(tx)
    .deleteFrom('send_pause')
    .where('gateway_id', '=', gatewayId)
    .where('page_id', 'in', [pageId, APP])
    .where('until', '<=', now)
    .execute();
}

/** Calls whose process is gone, or took longer than anything may. */
export async function loseExpired(
  tx: Executor,
  { now, problem, settleAt }: { now: number; problem: string; settleAt: number },
): Promise<ReplyRow[]> {
  return tables(tx)
    .updateTable('reply')
    .set({ state: 'unknown', problem, settle_attempts: 0, settle_at: settleAt })
    .where('state', '=', 'sending')
    .where('claimed_until', '<=', now)
    .returningAll()
    .execute();
}
