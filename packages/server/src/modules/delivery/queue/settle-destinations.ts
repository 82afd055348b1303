import type { Executor } from '../../../platform/db/index.ts';
import { systemActor } from '../../audit/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import {
  giveBackProbe,
  noteFailures,
  noteSuccess,
  pause,
  switchOff,
} from '../destinations/store.ts';
import { pauseMs } from '../send/pace.ts';
import { askedPauseMs, MAX_TRIES } from '../send/schedule.ts';
import type { Attempt } from '../send/send.ts';
import type { FinishedRun } from './run.ts';
import { countOutcomes, HOUR_MS } from './store.ts';

type SettleDeps = Pick<DeliveryDeps, 'audit' | 'disableAfterMs'>;

/** One that switched itself off by what was settled, to be told and logged. */
export type SwitchedOff = { readonly id: string; readonly name: string; readonly reason: Reason };
type Reason = 'gone' | 'failing';

/**
 * What the endings of finished runs mean for their destinations: a success ends what was noted
 * against one; failures make it rest, and switch it off after days, or at once when it is gone.
 */
export async function settleDestinations(
  deps: SettleDeps,
  tx: Executor,
  { runs, now }: { runs: readonly FinishedRun[]; now: number },
): Promise<SwitchedOff[]> {
  const switchedOff: SwitchedOff[] = [];
  // In one order everywhere, so that two replicas cannot wait for each other.
  const byDestination = [...Map.groupBy(runs, (run) => run.destination.id)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [id, some] of byDestination) {
    await countTries(tx, { id, attempts: attemptsOf(some), now });
    const telling = some.filter(({ isOutdated }) => !isOutdated);
    const attempts = attemptsOf(telling);
    if (attempts.length > 0) {
      const reason = await settleDestination(deps, tx, { id, runs: telling, attempts, now });
      if (reason !== undefined) {
        switchedOff.push({ id, name: some[0]?.destination.name ?? id, reason });
      }
    }
  }
  for (const run of runs) {
    const { destination, probeUntil } = run;
    if (probeUntil !== null && (run.isOutdated || attemptsOf([run]).length === 0)) {
      await giveBackProbe(tx, { id: destination.id, probeUntil, now });
    }
  }
  return switchedOff;
}

const attemptsOf = (runs: readonly FinishedRun[]): Attempt[] =>
  runs.flatMap(({ steps }) =>
    steps.flatMap(({ ending }) => (ending.kind === 'tried' ? [ending.attempt] : [])),
  );

async function countTries(
  tx: Executor,
  { id, attempts, now }: { id: string; attempts: readonly Attempt[]; now: number },
): Promise<void> {
  if (attempts.length > 0) {
    const delivered = attempts.filter(({ outcome }) => outcome === 'delivered').length;
    const counts = { delivered, failed: attempts.length - delivered };
    await countOutcomes(tx, {
      ...{ destinationId: id, hour: Math.floor(now / HOUR_MS), ...counts, at: now },
    });
  }
}

async function settleDestination(
  deps: SettleDeps,
  tx: Executor,
  context: {
    id: string;
    runs: readonly FinishedRun[];
    attempts: readonly Attempt[];
    now: number;
  },
): Promise<Reason | undefined> {
  const { id, runs, attempts, now } = context;
  const failed = attempts.filter(({ outcome }) => outcome !== 'delivered');
  const delivered = attempts.length - failed.length;
  if (delivered > 0 && runs.some((run) => run.endsTrouble)) {
    await noteSuccess(tx, { id, probeUntil: probeOf(runs), now });
  }
  const isGone = failed.some((attempt) => attempt.isGone);
  if (isGone || (failed.length > 0 && delivered === 0)) {
    return settleFailures(deps, tx, { ...context, failed, isGone });
  }
  const askedMs = askedOf(failed);
  if (askedMs > 0) {
    await pause(tx, { id, until: now + askedMs, pauses: 0, probeUntil: null });
  }
  return undefined;
}

/** Up to when the pause was moved for the one among them that tries for all; null: none does. */
function probeOf(runs: readonly FinishedRun[]): number | null {
  return runs.find(({ probeUntil }) => probeUntil !== null)?.probeUntil ?? null;
}

/** The longest pause that any answer asked for. */
function askedOf(failed: readonly Attempt[]): number {
  return Math.max(0, ...failed.map(({ retryAfterMs }) => askedPauseMs(retryAfterMs)));
}

/** Notes failures, and decides whether the destination goes on, rests, or is switched off. */
async function settleFailures(
  deps: SettleDeps,
  tx: Executor,
  context: {
    id: string;
    runs: readonly FinishedRun[];
    failed: readonly Attempt[];
    isGone: boolean;
    now: number;
  },
): Promise<Reason | undefined> {
  const { id, failed, isGone, now } = context;
  const problem = failed.at(-1)?.problem ?? 'failed';
  const noted = await noteFailures(tx, { id, count: failed.length, problem, at: now });
  const hasFailedForDays =
    (noted?.failures ?? 0) >= MAX_TRIES &&
    now - (noted?.failing_since ?? now) >= deps.disableAfterMs;
  if (isGone || hasFailedForDays) {
    const reason = isGone ? 'gone' : 'failing';
    return (await switchItOff(deps, tx, { context, reason })) ? reason : undefined;
  }
  await restAfter(tx, { ...context, noted });
  return undefined;
}

/**
 * What was under way when a destination began to rest says nothing new: only the one that tries for
 * all does. What an answer asks for counts always.
 */
async function restAfter(
  tx: Executor,
  after: {
    id: string;
    runs: readonly FinishedRun[];
    failed: readonly Attempt[];
    noted: Noted | undefined;
    now: number;
  },
): Promise<void> {
  const { id, runs, failed, noted, now } = after;
  const { pauses, paused_until } = noted ?? { pauses: 0, paused_until: null };
  const asked = askedOf(failed);
  const probeUntil = probeOf(runs);
  const isResting = probeUntil === null && (paused_until ?? 0) > now;
  const isDown = !isResting && runs.some((run) => run.isWholeDestinationDown);
  if (asked > 0 || isDown) {
    const count = isResting ? pauses : pauses + 1;
    const until = now + Math.max(asked, pauseMs(count));
    await pause(tx, { id, until, pauses: count, probeUntil });
  }
}

type Noted = Awaited<ReturnType<typeof noteFailures>>;

async function switchItOff(
  deps: SettleDeps,
  tx: Executor,
  {
    context,
    reason,
  }: {
    context: { id: string; runs: readonly FinishedRun[]; now: number };
    reason: Reason;
  },
): Promise<boolean> {
  const { id, runs, now } = context;
  const destination = runs[0]?.destination;
  const url = destination?.url ?? null;
  if (!(await switchOff(tx, { id, url, reason, at: now }))) {
    return false;
  }
  await deps.audit.record(tx, {
    actor: systemActor,
    action: 'destination.switched_off',
    subject: { kind: 'destination', id, name: destination?.name ?? null },
    gatewayId: destination?.gateway_id ?? null,
    after: { reason },
  });
  return true;
}
