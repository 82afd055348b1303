import { addRounds, claimRound, settleRound } from './store.ts';
import type { HealthDeps } from './types.ts';

/** Every Page is read once in this time. */
const ROUND_MS = 60 * 60_000;
/** As many as one batch holds, and a pause that spreads 5,000 Pages over a quarter of an hour. */
const PAGES_AT_ONCE = 50;
const BETWEEN_MS = 10_000;
/** A limit of Meta's was met: whoever presses a button has the calls that are left. */
const AFTER_LIMIT_MS = 60 * 60_000;
/** More than twice what 50 Pages can take with all time-outs and retries. */
const LEASE_MS = 180_000;

/**
 * One step of the periodic check: the next Pages of one gateway are read at Meta (subscription,
 * access in use, name, whether it is published or gone). Changes nothing there. Gives how many Pages
 * it read.
 */
export async function checkStep(deps: HealthDeps): Promise<number> {
  const { db, clock, ids, pages, log } = deps;
  const now = clock.now();
  const claim = ids.next('claim');
  const round = await db.transaction(async (tx) => {
    await addRounds(tx, { gatewayIds: await pages.gatewaysWithPages(tx), at: now });
    return claimRound(db, tx, { now, leaseMs: LEASE_MS, claim });
  });
  if (!round) {
    return 0;
  }
  const gatewayId = round.gateway_id;
  const pageIds = await pages.nextPageIds(db.read, {
    gatewayId,
    after: round.after_page_id,
    limit: PAGES_AT_ONCE,
  });
  const problem =
    pageIds.length === 0 ? undefined : await pages.checkAtMeta({ gatewayId, pageIds });
  const last = pageIds.at(-1);
  const isOver = last === undefined || pageIds.length < PAGES_AT_ONCE;
  const isLimited = problem?.isLimit === true;
  if (isLimited) {
    log.warn({ gatewayId, code: problem.code }, 'health.slowed_down');
  }
  await db.transaction((tx) =>
    settleRound(tx, {
      gateway_id: gatewayId,
      claim,
      after_page_id: isOver ? '' : last,
      began_at: isOver ? clock.now() : round.began_at,
      next_at: nextAt({ isLimited, isOver, beganAt: round.began_at, now: clock.now() }),
    }),
  );
  return pageIds.length;
}

function nextAt({
  isLimited,
  isOver,
  beganAt,
  now,
}: {
  isLimited: boolean;
  isOver: boolean;
  beganAt: number;
  now: number;
}): number {
  if (isLimited) {
    return now + AFTER_LIMIT_MS;
  }
  // Counted from the beginning, but a round longer than its time does not follow upon itself.
  return isOver ? Math.max(beganAt + ROUND_MS, now + ROUND_MS / 2) : now + BETWEEN_MS;
}
