import type { CarriedTime, SharedTime } from '../../../platform/db/time.ts';
import type { DeliveryDeps } from '../deps.ts';
import type { DestinationRow } from '../destinations/store.ts';
import { claimRuns } from './claim.ts';
import { type Measured, measureRuns } from './measure.ts';
import type { Paces } from './paces.ts';
import type { ClaimedRun, FinishedRun } from './run.ts';
import type { createSetBackWatch } from './set-back.ts';
import { type SettledRuns, settleRuns } from './settle.ts';
import { lookAtDestinations } from './store.ts';

export type ExchangeDeps = Pick<
  DeliveryDeps,
  'db' | 'ids' | 'log' | 'live' | 'random' | 'audit' | 'disableAfterMs'
> & {
  readonly sharedTime: SharedTime;
  readonly carriedTime: CarriedTime;
  readonly elapsed: () => number;
  readonly deadlineMs: number;
  readonly paces: Paces;
  readonly setBack: ReturnType<typeof createSetBackWatch>;
  readonly measured: Measured;
  /** Says to open browsers that a destination's log grew. */
  readonly tell: (destinationId: string) => void;
};

type Room = Parameters<Paces['shares']>[1] & { readonly perRun: number };

/**
 * Hands finished runs over and takes new ones, in one transaction; none is opened where nothing is
 * to be done. Throws, with nothing recorded, when the database does not take it.
 */
export async function exchangeRuns(
  deps: ExchangeDeps,
  { finished, room }: { finished: readonly FinishedRun[]; room: Room },
): Promise<ClaimedRun[]> {
  const { db, elapsed, carriedTime } = deps;
  const due = await findDue(deps);
  const shares = deps.paces.shares(due, room);
  if (finished.length === 0 && shares.length === 0) {
    return [];
  }
  const startedAt = elapsed();
  const { settled, claimed } = await db.transaction(async (tx) => {
    const now = carriedTime.now();
    const done =
      finished.length > 0 ? await settleRuns(deps, tx, { runs: finished, now }) : undefined;
    // Three deadlines: a try may start until one of them and a margin are left.
    const until = now + deps.deadlineMs * 3;
    return {
      settled: done,
      claimed: await claimRuns(deps, tx, { shares, perRun: room.perRun, now, until }),
    };
  });
  measureRuns(deps.measured, finished);
  deps.paces.settled(finished);
  announce(deps, finished, settled);
  const startUntil = startedAt + deps.deadlineMs * 1.5;
  return claimed.map((run) => ({ ...run, startUntil }));
}

async function findDue(deps: ExchangeDeps): Promise<DestinationRow[]> {
  const { db, sharedTime, carriedTime, setBack, paces } = deps;
  const now = await sharedTime(db.read);
  carriedTime.note(now);
  await setBack.notice(now);
  const rows = await lookAtDestinations(db, { now, underWay: paces.underWay() });
  for (const { id, version } of rows) {
    paces.seen(id, version);
  }
  return rows.filter((row) => row.is_due === 1);
}

function announce(
  { log, live, tell }: ExchangeDeps,
  runs: readonly FinishedRun[],
  settled: SettledRuns | undefined,
): void {
  for (const destinationId of new Set(runs.map((run) => run.destination.id))) {
    tell(destinationId);
  }
  if (settled && settled.overtaken > 0) {
    log.warn({ runs: settled.overtaken }, 'delivery.overtaken');
  }
  for (const { id, name, reason } of settled?.switchedOff ?? []) {
    log.error({ destinationId: id, name, reason }, 'destination.switched_off');
    live.publish({ type: 'destination.changed', destinationId: id });
  }
}
