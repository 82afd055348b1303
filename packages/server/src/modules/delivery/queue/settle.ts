import type { Executor } from '../../../platform/db/index.ts';
import type { Random } from '../../../platform/random.ts';
import { systemActor } from '../../audit/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { noteFailures, noteSuccess, pause, switchOff } from '../destinations/store.ts';
import { pauseMs } from '../send/pace.ts';
import { askedPauseMs, MAX_TRIES, nextDelayMs } from '../send/schedule.ts';
import type { Attempt } from '../send/send.ts';
import type { FinishedRun } from './run.ts';
import {
  type AttemptRow,
  countOutcomes,
  type DeliveryRow,
  type DeliverySettlement,
  insertAttempts,
  parkQueues,
  type QueueSettlement,
  settleDeliveries,
  settleQueues,
} from './store.ts';

type SettleDeps = Pick<DeliveryDeps, 'db' | 'random' | 'audit' | 'disableAfterMs'>;

/** Destinations that switched themselves off by what was settled, to be told and logged. */
export type SettledRuns = {
  readonly overtaken: number;
  readonly switchedOff: readonly { id: string; name: string; reason: 'gone' | 'failing' }[];
};

const HOUR_MS = 3_600_000;

/**
 * Records what became of finished runs, all in `tx`: queues first, which tells whose claim still
 * holds, then deliveries and attempts of those, then what it means for the destinations. A run
 * whose lease another worker took records nothing: that one sends again and records.
 */
export async function settleRuns(
  deps: SettleDeps,
  tx: Executor,
  { runs, now }: { runs: readonly FinishedRun[]; now: number },
): Promise<SettledRuns> {
  const decided = runs.map((run) => ({ run, ...decideRun(deps.random, run, now) }));
  const held = new Set(
    (
      await settleQueues(
        deps.db,
        tx,
        decided.map(({ queue }) => queue),
      )
    ).map((key) => `${key.destination_id} ${key.queue_key}`),
  );
  const ours = decided.filter(({ queue }) =>
    held.has(`${queue.destination_id} ${queue.queue_key}`),
  );
  const deliveries = ours.flatMap((entry) => entry.deliveries);
  if (deliveries.length > 0) {
    await settleDeliveries(deps.db, tx, deliveries);
  }
  const parked = deliveries.filter(({ state }) => state === 'parked').map(({ id }) => id);
  if (parked.length > 0) {
    await parkQueues(deps.db, tx, parked);
  }
  const attempts = ours.flatMap((entry) => entry.attempts);
  if (attempts.length > 0) {
    await insertAttempts(deps.db, tx, attempts);
  }
  const switchedOff = await settleDestinations(deps, tx, { runs: ours.map(({ run }) => run), now });
  return { overtaken: decided.length - ours.length, switchedOff };
}

type DecidedRun = {
  readonly queue: QueueSettlement;
  readonly deliveries: readonly DeliverySettlement[];
  readonly attempts: readonly AttemptRow[];
};

/** Where the queue stands after a run, and what is written about each delivery of it. */
function decideRun(random: Random, run: FinishedRun, now: number): DecidedRun {
  const deliveries: DeliverySettlement[] = [];
  const attempts: AttemptRow[] = [];
  let { head } = run.queue;
  let nextAt = now + run.restMs;
  for (const { delivery, ending } of run.steps) {
    if (ending.kind === 'passed') {
      head = delivery.position + 1;
      continue;
    }
    if (ending.kind === 'erased') {
      head = delivery.position + 1;
      deliveries.push({ ...delivery, state: 'skipped', problem: 'erased', finished_at: now });
      continue;
    }
    const decided = decideDelivery(random, { delivery, attempt: ending.attempt, now });
    deliveries.push(decided.delivery);
    attempts.push(toAttemptRow(delivery, ending.attempt));
    if (decided.delivery.state === 'delivered') {
      head = delivery.position + 1;
    } else {
      head = delivery.position;
      nextAt = now + decided.waitMs;
    }
  }
  const { destination_id, queue_key } = run.queue;
  const queue = { destination_id, queue_key, claim: run.claim, head, nextAt };
  return { queue, deliveries, attempts };
}

function decideDelivery(
  random: Random,
  { delivery, attempt, now }: { delivery: DeliveryRow; attempt: Attempt; now: number },
): { delivery: DeliverySettlement; waitMs: number } {
  const tried = {
    ...delivery,
    attempts: delivery.attempts + 1,
    tries: delivery.tries + 1,
    first_try_at: delivery.first_try_at ?? now,
    last_status: attempt.status,
    problem: attempt.problem,
  };
  if (attempt.outcome === 'delivered') {
    return { delivery: { ...tried, state: 'delivered', finished_at: now }, waitMs: 0 };
  }
  if (attempt.isGone) {
    // The destination is switched off; once a person switches it on, this try shall not count.
    return { delivery: { ...tried, tries: delivery.tries, state: 'waiting' }, waitMs: 0 };
  }
  const waitMs = nextDelayMs(random, {
    tries: tried.tries,
    sinceFirstTryMs: now - tried.first_try_at,
    retryAfterMs: attempt.retryAfterMs,
  });
  return waitMs === undefined
    ? { delivery: { ...tried, state: 'parked' }, waitMs: 0 }
    : { delivery: { ...tried, state: 'waiting' }, waitMs };
}

function toAttemptRow(delivery: DeliveryRow, attempt: Attempt): AttemptRow {
  return {
    delivery_id: delivery.id,
    number: delivery.attempts + 1,
    at: attempt.at,
    took_ms: attempt.tookMs,
    target: attempt.target,
    outcome: attempt.outcome,
    status: attempt.status,
    problem: attempt.problem,
    response_headers: JSON.stringify(attempt.responseHeaders),
    response_body: attempt.responseBody,
  };
}

async function settleDestinations(
  deps: SettleDeps,
  tx: Executor,
  { runs, now }: { runs: readonly FinishedRun[]; now: number },
): Promise<SettledRuns['switchedOff'][number][]> {
  const switchedOff: SettledRuns['switchedOff'][number][] = [];
  // In one order everywhere, so that two replicas cannot wait for each other.
  const byDestination = [...Map.groupBy(runs, (run) => run.destination.id)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [id, some] of byDestination) {
    const attempts = some.flatMap(({ steps }) =>
      steps.flatMap(({ ending }) => (ending.kind === 'tried' ? [ending.attempt] : [])),
    );
    if (attempts.length > 0) {
      const reason = await settleDestination(deps, tx, { id, runs: some, attempts, now });
      if (reason !== undefined) {
        switchedOff.push({ id, name: some[0]?.destination.name ?? id, reason });
      }
    }
  }
  return switchedOff;
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
): Promise<'gone' | 'failing' | undefined> {
  const { id, runs, attempts, now } = context;
  const failed = attempts.filter(({ outcome }) => outcome !== 'delivered');
  const delivered = attempts.length - failed.length;
  const hour = Math.floor(now / HOUR_MS);
  await countOutcomes(tx, { destinationId: id, hour, delivered, failed: failed.length, at: now });
  if (delivered > 0 && runs.some((run) => run.endsTrouble)) {
    await noteSuccess(tx, id);
  }
  const isGone = failed.some((attempt) => attempt.isGone);
  return failed.length > 0 && (isGone || delivered === 0)
    ? settleFailures(deps, tx, { ...context, failed, isGone })
    : undefined;
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
): Promise<'gone' | 'failing' | undefined> {
  const { id, runs, failed, isGone, now } = context;
  const problem = failed.at(-1)?.problem ?? 'failed';
  const noted = await noteFailures(tx, { id, count: failed.length, problem, at: now });
  const hasFailedForDays =
    (noted?.failures ?? 0) >= MAX_TRIES &&
    now - (noted?.failing_since ?? now) >= deps.disableAfterMs;
  if (isGone || hasFailedForDays) {
    const reason = isGone ? 'gone' : 'failing';
    return (await switchItOff(deps, tx, { context, reason })) ? reason : undefined;
  }
  const asked = Math.max(...failed.map(({ retryAfterMs }) => askedPauseMs(retryAfterMs)));
  if (asked > 0 || runs.some((run) => run.isWholeDestinationDown)) {
    const pauses = (noted?.pauses ?? 0) + 1;
    await pause(tx, { id, until: now + Math.max(asked, pauseMs(pauses)), pauses });
  }
  return undefined;
}

async function switchItOff(
  deps: SettleDeps,
  tx: Executor,
  {
    context,
    reason,
  }: {
    context: { id: string; runs: readonly FinishedRun[]; now: number };
    reason: 'gone' | 'failing';
  },
): Promise<boolean> {
  const { id, runs, now } = context;
  if (!(await switchOff(tx, { id, reason, at: now }))) {
    return false;
  }
  const destination = runs[0]?.destination;
  await deps.audit.record(tx, {
    actor: systemActor,
    action: 'destination.switched_off',
    subject: { kind: 'destination', id, name: destination?.name ?? null },
    gatewayId: destination?.gateway_id ?? null,
    after: { reason },
  });
  return true;
}
