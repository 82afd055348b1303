import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../platform/db/index.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { DescribedEvent } from '../../conversations/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import type { Sender } from '../send/send.ts';
import { type ExchangeDeps, exchangeRuns } from './exchange.ts';
import { createPaces, type Paces } from './paces.ts';
import { type ClaimedRun, type FinishedRun, runDeliveries, type Stopping } from './run.ts';
import { createSetBackWatch } from './set-back.ts';
import type { Starts } from './starts.ts';
import { createTeller } from './tell.ts';

/** Conversations that this process has under way, for all destinations together. */
const MAX_OPEN = 512;
/** Conversations that one round settles, and claims of one destination, with so many deliveries each. */
type RoundSize = { readonly conversations: number; readonly deliveries: number };
const ROUND: RoundSize = { conversations: 32, deliveries: 8 };
/**
 * While messages come in: on SQLite a transaction holds this thread, and with all 64 of a destination
 * at once held it for 20 ms. On PostgreSQL the thread is free, and with fewer conversations rounds are
 * all there is time for (1,000 a second where people write once); but a statement about 128
 * deliveries holds one of two processors for 6 to 10 ms.
 */
const ROUND_GIVING_WAY: Record<Database['engine'], RoundSize> = {
  sqlite: { conversations: 4, deliveries: 8 },
  postgres: { conversations: 16, deliveries: 4 },
};
/** While so many are under way, a round waits for its fill: most of its cost is the same. */
const MANY = 32;
const FILL_WITHIN_MS = 8;
/** Retries are due by the clock and other replicas add work: look this often. */
const LOOK_EVERY_MS = 250;
/** What is under way when the process stops has this long to end; then it is cut off. */
const STOP_PATIENCE_MS = 4_000;
const CUT_OFF_WITHIN_MS = 500;

type EngineDeps = Omit<ExchangeDeps, 'paces' | 'tell' | 'setBack'> &
  Pick<DeliveryDeps, 'conversations' | 'stopPatienceMs'> & {
    readonly sender: Sender;
    readonly starts: Starts;
  };

type DeliveryEngine = Worker & {
  /** A destination has come to this version: what is under way to it is not followed by more. */
  readonly changed: (destinationId: string, version: number) => void;
};

/**
 * Sends what is due, in rounds. A round is one transaction that settles what ended since the last
 * one and claims conversations up to the room that each destination has; then requests go out, and
 * whatever ends next begins the next round.
 *
 * A conversation is: *idle* (`next_at` null) → *due* when a delivery is added → *claimed* (`claim`
 * set, `next_at` is the end of the lease) → due again, idle, or *parked* when its first delivery has
 * used up its tries. A claim that runs out is simply due; its holder's settlement no longer fits.
 */
export function createDeliveryEngine(options: EngineDeps): DeliveryEngine {
  const { db, log, live, starts } = options;
  const teller = createTeller((destinationId) =>
    live.publish({ type: 'deliveries.changed', destinationId }),
  );
  const paces = createPaces();
  const deps = { ...options, paces, tell: teller.tell, setBack: createSetBackWatch(options) };
  const noMore = new AbortController();
  const cutOff = new AbortController();
  const background = createBackground(deps, { noMore: noMore.signal, cutOff: cutOff.signal });

  const roundSize = () => (starts.isGivingWay() ? ROUND_GIVING_WAY[db.engine] : ROUND);
  /** The last round may have left some that are due. */
  let isFull = false;

  async function round(): Promise<number> {
    const { conversations: most, deliveries: perRun } = roundSize();
    const finished = background.takeFinished(most);
    const free = noMore.signal.aborted ? 0 : MAX_OPEN - background.size();
    const room = { free, all: MAX_OPEN, each: most, perRun };
    const runs = await exchangeRuns(deps, { finished, room }).catch((error: unknown) => {
      // Nothing was recorded; the next round tries again, as long as the leases hold.
      background.giveBack(finished);
      throw error;
    });
    if (runs.length > 0) {
      // The transaction held the thread on SQLite; who waits for it goes first.
      await nextTurn();
      background.begin(runs, await describe(deps, runs));
    }
    isFull = runs.length >= most;
    return finished.length + runs.length;
  }

  /** A round, then the wait for what it started, for a wake-up, or for the clock. */
  async function step(): Promise<number> {
    const somethingEnds = background.next();
    const done = await round();
    if (background.size() === 0) {
      // What ended during the round is settled by the next one, at once.
      return done + background.finishedCount();
    }
    if (!isFull && background.finishedCount() === 0) {
      await somethingEnds(LOOK_EVERY_MS);
    }
    // Whatever ends in the same turn of the loop is settled by the same transaction.
    await nextTurn();
    const isFilled = isFull || background.finishedCount() >= roundSize().conversations;
    if (background.size() >= MANY && !isFilled) {
      await pause(FILL_WITHIN_MS);
    }
    return done + 1;
  }

  async function settleRest(): Promise<void> {
    while ((await round()) > 0);
  }

  const worker = createWorker({
    step,
    idleMs: LOOK_EVERY_MS,
    onError: (error) => log.error({ err: error }, 'delivery.round_failed'),
  });
  return {
    start: worker.start,
    wake() {
      background.nudge();
      worker.wake();
    },
    changed: paces.seen,
    drain: worker.drain,
    async stop() {
      noMore.abort();
      background.nudge();
      await worker.stop();
      await background.ended(options.stopPatienceMs ?? STOP_PATIENCE_MS);
      cutOff.abort();
      await background.ended(CUT_OFF_WITHIN_MS);
      await settleRest().catch((error: unknown) =>
        log.warn({ err: error }, 'delivery.not_settled'),
      );
      teller.stop();
    },
  };
}

/** Undefined when the database did not answer: the runs are then given back untried. */
function describe(
  { conversations, db, log }: Pick<EngineDeps, 'conversations' | 'db' | 'log'>,
  runs: readonly ClaimedRun[],
): Promise<ReadonlyMap<string, DescribedEvent> | undefined> {
  const ids = new Set(runs.flatMap((run) => run.deliveries.map((row) => row.event_id)));
  return conversations.describeEvents(db.read, [...ids]).catch((error: unknown) => {
    log.error({ err: error }, 'delivery.events_unreadable');
    return undefined;
  });
}

/** Runs that are under way, and those that ended and wait to be settled. */
function createBackground(
  deps: Pick<EngineDeps, 'sender' | 'starts' | 'elapsed' | 'log'> & { readonly paces: Paces },
  stopping: Stopping,
) {
  const underWay = new Set<Promise<void>>();
  let finished: FinishedRun[] = [];
  let nudge: () => void = () => {};

  function beginOne(
    run: ClaimedRun,
    events: ReadonlyMap<string, DescribedEvent> | undefined,
  ): Promise<FinishedRun['steps'] | undefined> {
    if (!events) {
      return Promise.resolve(undefined);
    }
    return runDeliveries({ ...deps, stopping }, run, events).catch((error: unknown) => {
      deps.log.error({ err: error, destinationId: run.destination.id }, 'delivery.failed');
      return undefined;
    });
  }

  return {
    size: () => underWay.size,
    takeFinished: (most: number) => finished.splice(0, most),
    finishedCount: () => finished.length,
    giveBack(runs: readonly FinishedRun[]) {
      finished = [...runs, ...finished];
    },
    begin(
      runs: readonly ClaimedRun[],
      events: ReadonlyMap<string, DescribedEvent> | undefined,
    ): void {
      for (const run of runs) {
        deps.paces.begun(run);
        const work = beginOne(run, events).then((steps) => {
          finished.push(deps.paces.ended(run, steps));
          underWay.delete(work);
          nudge();
        });
        underWay.add(work);
      }
    },
    /** Taken before a round; waits for whatever ends from then on. */
    next() {
      const { promise, resolve } = Promise.withResolvers<void>();
      nudge = resolve;
      return (atMostMs: number) => within(atMostMs, promise);
    },
    nudge: () => nudge(),
    ended: (atMostMs: number) => within(atMostMs, Promise.all(underWay)),
  };
}

async function within(atMostMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, atMostMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
