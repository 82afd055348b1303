import type { Executor } from '../../../platform/db/index.ts';
import type { Random } from '../../../platform/random.ts';
import type { DeliveryDeps } from '../deps.ts';
import { nextDelayMs } from '../send/schedule.ts';
import type { Attempt } from '../send/send.ts';
import type { FinishedRun } from './run.ts';
import { type SwitchedOff, settleDestinations } from './settle-destinations.ts';
import {
  type AttemptRow,
  type DeliveryRow,
  type DeliverySettlement,
  hurryQueues,
  insertAttempts,
  parkQueues,
  type QueueSettlement,
  settleDeliveries,
  settleQueues,
} from './store.ts';

type SettleDeps = Pick<DeliveryDeps, 'db' | 'random' | 'audit' | 'disableAfterMs'>;

export type SettledRuns = {
  readonly overtaken: number;
  readonly switchedOff: readonly SwitchedOff[];
};

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
    await settleQueues(
      deps.db,
      tx,
      decided.map(({ queue }) => queue),
    ),
  );
  const ours = decided.filter(({ queue }) => held.has(queue));
  const deliveries = ours.flatMap((entry) => entry.deliveries);
  const recorded = await settleDeliveries(deps.db, tx, deliveries);
  const skipped = ours.filter((entry) => entry.deliveries.some(({ id }) => !recorded.has(id)));
  if (skipped.length > 0) {
    // What waits behind it shall not wait for the next try of what a person left out.
    await hurryQueues(
      deps.db,
      tx,
      skipped.map(({ queue }) => ({ ...queue, nextAt: now })),
    );
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
    const { isOutdated } = run;
    const tried = { delivery, attempt: ending.attempt, isOutdated, now };
    const decided = decideDelivery(random, tried);
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
  {
    delivery,
    attempt,
    isOutdated,
    now,
  }: { delivery: DeliveryRow; attempt: Attempt; isOutdated: boolean; now: number },
): { delivery: DeliverySettlement; waitMs: number } {
  // Named, not spread: a row has 19 columns, and spreading it took 3 µs.
  const tried = {
    id: delivery.id,
    attempts: delivery.attempts + 1,
    tries: delivery.tries + 1,
    first_try_at: delivery.first_try_at ?? now,
    last_status: attempt.status,
    problem: attempt.problem,
    finished_at: delivery.finished_at,
  };
  if (attempt.outcome === 'delivered') {
    return { delivery: { ...tried, state: 'delivered', finished_at: now }, waitMs: 0 };
  }
  if (isOutdated) {
    // Whoever gave it another address restarted what waits: so is this one, which was under way.
    return { delivery: { ...tried, tries: 0, first_try_at: null, state: 'waiting' }, waitMs: 0 };
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
