import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SharedTime } from '../../../platform/db/time.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { DescribedEvent } from '../../conversations/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { claimProbe, type DestinationRow } from '../destinations/store.ts';
import { createPace, type Pace } from '../send/breaker.ts';
import type { Sender } from '../send/send.ts';
import { type ClaimedRun, type FinishedRun, runDeliveries } from './run.ts';
import { settleRuns } from './settle.ts';
import { claimQueues, type DeliveryRow, selectDue, selectHeads } from './store.ts';

/** Open requests of this process: to one destination, and in all. */
const MAX_OPEN_PER_DESTINATION = 64;
const MAX_OPEN = 512;
/** Deliveries of one conversation that one claim sends. */
const PER_CLAIM = 8;
/** Retries are due by the clock and other replicas add work: look this often. */
const LOOK_EVERY_MS = 250;
/** What is under way when the process stops has this long to end and be recorded. */
const STOP_PATIENCE_MS = 4_000;
/** Of a run that could not begin, for example because the database did not answer. */
const REST_AFTER_FAILURE_MS = 1_000;

type EngineDeps = Pick<
  DeliveryDeps,
  'db' | 'ids' | 'log' | 'live' | 'random' | 'audit' | 'conversations' | 'disableAfterMs'
> & {
  readonly sharedTime: SharedTime;
  readonly elapsed: () => number;
  readonly sender: Sender;
  readonly deadlineMs: number;
};

export type DeliveryEngine = Worker;

/**
 * Sends what is due, in rounds. A round is one transaction that settles what ended since the last
 * one and claims conversations up to the room that each destination has; then requests go out, and
 * whatever ends next begins the next round.
 *
 * A conversation is: *idle* (`next_at` null) → *due* when a delivery is added → *claimed* (`claim`
 * set, `next_at` is the end of the lease) → due again, idle, or *parked* when its first delivery has
 * used up its tries. A claim that runs out is simply due; its holder's settlement no longer fits.
 */
export function createDeliveryEngine(deps: EngineDeps): DeliveryEngine {
  const { db, log, elapsed } = deps;
  /** Three deadlines: a try may start until one deadline and a margin are left of it. */
  const leaseMs = deps.deadlineMs * 3;
  const startWithinMs = deps.deadlineMs * 1.5;
  const paces = new Map<string, Pace>();
  const troubled = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let finished: FinishedRun[] = [];
  let isStopping = false;
  let turn = 0;
  let notify: () => void = () => {};

  function paceOf(destinationId: string): Pace {
    const known = paces.get(destinationId) ?? createPace(MAX_OPEN_PER_DESTINATION);
    paces.set(destinationId, known);
    return known;
  }

  /** How many conversations each due destination may have claimed now: equal shares of the room. */
  function shares(due: readonly DestinationRow[]): { row: DestinationRow; limit: number }[] {
    const room = MAX_OPEN - underWay.size;
    if (due.length === 0 || room <= 0) {
      return [];
    }
    turn += 1;
    const start = turn % due.length;
    const share = Math.max(1, Math.floor(room / due.length));
    return [...due.slice(start), ...due.slice(0, start)]
      .slice(0, room)
      .map((row) => {
        const own = paceOf(row.id).room();
        const limit = row.paused_until === null ? own : Math.min(1, own);
        return { row, limit: Math.min(share, limit) };
      })
      .filter(({ limit }) => limit > 0)
      .sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
  }

  /** Settles and claims in one transaction; none is opened where nothing is to be done. */
  async function exchange(): Promise<{ settled: number; runs: ClaimedRun[] }> {
    const settling = finished;
    finished = [];
    try {
      const due = isStopping ? [] : await selectDue(db.read, await deps.sharedTime(db.read));
      const wanted = shares(due);
      if (settling.length === 0 && wanted.length === 0) {
        return { settled: 0, runs: [] };
      }
      const startedAt = elapsed();
      const done = await db.transaction(async (tx) => {
        const now = await deps.sharedTime(tx);
        const settled =
          settling.length > 0 ? await settleRuns(deps, tx, { runs: settling, now }) : undefined;
        return { settled, claimed: await claim(tx, { wanted, now }) };
      });
      announce(settling, done.settled);
      const startUntil = startedAt + startWithinMs;
      return {
        settled: settling.length,
        runs: done.claimed.map((run) => ({ ...run, startUntil })),
      };
    } catch (error) {
      // Nothing was recorded; what ended is settled by the next round, as far as its lease holds.
      finished.unshift(...settling);
      throw error;
    }
  }

  async function claim(
    tx: Parameters<Parameters<typeof db.transaction>[0]>[0],
    { wanted, now }: { wanted: readonly { row: DestinationRow; limit: number }[]; now: number },
  ): Promise<Omit<ClaimedRun, 'startUntil'>[]> {
    const until = now + leaseMs;
    const id = deps.ids.next('claim');
    const claimed = [];
    for (const { row, limit } of wanted) {
      const { id: destinationId, paused_until: pausedUntil } = row;
      const isProbe = pausedUntil !== null;
      if (isProbe && !(await claimProbe(tx, { id: destinationId, pausedUntil, until }))) {
        continue;
      }
      for (const queue of await claimQueues(db, tx, { destinationId, id, now, until, limit })) {
        claimed.push({ destination: row, queue, claim: id, isProbe });
      }
    }
    if (claimed.length === 0) {
      return [];
    }
    const heads = await selectHeads(db, tx, {
      queues: claimed.map(({ queue }) => queue),
      perQueue: PER_CLAIM,
    });
    const byQueue = Map.groupBy(heads, (row) => `${row.destination_id} ${row.queue_key}`);
    return claimed.map((run) => ({
      ...run,
      deliveries: byQueue.get(`${run.queue.destination_id} ${run.queue.queue_key}`) ?? [],
    }));
  }

  /** Sends one conversation's deliveries in the background and notes how they ended. */
  function begin(run: ClaimedRun, events: ReadonlyMap<string, DescribedEvent> | undefined): void {
    const pace = paceOf(run.destination.id);
    pace.started();
    const work = (events ? runDeliveries(deps, run, events) : Promise.resolve(undefined))
      .catch((error: unknown) => {
        log.error({ err: error, destinationId: run.destination.id }, 'delivery.failed');
        return undefined;
      })
      .then((steps) => {
        pace.ended();
        finished.push(judge(pace, run, steps));
        underWay.delete(work);
        notify();
      });
    underWay.add(work);
  }

  function judge(
    pace: Pace,
    run: ClaimedRun,
    steps: FinishedRun['steps'] | undefined,
  ): FinishedRun {
    const { destination, queue, claim: claimId } = run;
    let isDown = false;
    for (const { ending } of steps ?? []) {
      if (ending.kind === 'tried' && ending.attempt.outcome === 'delivered') {
        pace.succeeded();
      } else if (ending.kind === 'tried') {
        isDown = pace.failed(queue.queue_key) || run.isProbe;
        troubled.add(destination.id);
      }
    }
    return {
      ...{ destination, queue, claim: claimId, steps: steps ?? [] },
      restMs: steps === undefined ? REST_AFTER_FAILURE_MS : 0,
      endsTrouble: troubled.has(destination.id) || destination.failing_since !== null,
      isWholeDestinationDown: isDown,
    };
  }

  function announce(
    runs: readonly FinishedRun[],
    settled: Awaited<ReturnType<typeof settleRuns>> | undefined,
  ): void {
    for (const destinationId of new Set(runs.map((run) => run.destination.id))) {
      deps.live.publish({ type: 'deliveries.changed', destinationId });
    }
    for (const run of runs) {
      if (run.endsTrouble && run.steps.some(isDelivered)) {
        troubled.delete(run.destination.id);
      }
    }
    if (settled && settled.overtaken > 0) {
      log.warn({ runs: settled.overtaken }, 'delivery.overtaken');
    }
    for (const { id, name, reason } of settled?.switchedOff ?? []) {
      log.error({ destinationId: id, name, reason }, 'destination.switched_off');
      deps.live.publish({ type: 'destination.changed', destinationId: id });
    }
  }

  async function round(): Promise<number> {
    const { settled, runs } = await exchange();
    if (runs.length > 0) {
      const ids = runs.flatMap((run) => run.deliveries.map((row: DeliveryRow) => row.event_id));
      const events = await deps.conversations
        .describeEvents(db.read, [...new Set(ids)])
        .catch((error: unknown) => {
          log.error({ err: error }, 'delivery.failed');
          return undefined;
        });
      for (const run of runs) {
        begin(run, events);
      }
    }
    return settled + runs.length;
  }

  /** A round, then the wait for what it started, for a wake-up, or for the clock. */
  async function step(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    notify = resolve;
    const done = await round();
    if (underWay.size === 0) {
      return done;
    }
    if (finished.length === 0) {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      await promise;
      clearTimeout(timer);
    }
    // Whatever ends in the same turn of the loop is settled by the same transaction.
    await nextTurn();
    return done + 1;
  }

  const worker = createWorker({
    step,
    idleMs: LOOK_EVERY_MS,
    onError: (error) => log.error({ err: error }, 'delivery.round_failed'),
  });
  return {
    start: worker.start,
    wake() {
      notify();
      worker.wake();
    },
    drain: worker.drain,
    async stop() {
      isStopping = true;
      notify();
      await worker.stop();
      await within(STOP_PATIENCE_MS, Promise.all(underWay));
      await exchange().catch((error: unknown) => {
        log.warn({ err: error }, 'delivery.not_settled');
      });
    },
  };
}

function isDelivered({ ending }: FinishedRun['steps'][number]): boolean {
  return ending.kind === 'tried' && ending.attempt.outcome === 'delivered';
}

async function within(patienceMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
