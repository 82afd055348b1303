import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Executor, isOutage } from '../../../platform/db/index.ts';
import { holdLease, releaseLease, takeLease } from '../../../platform/db/lease.ts';
import { createSharedTime } from '../../../platform/db/time.ts';
import type { Log } from '../../../platform/log.ts';
import type { Tally } from '../../../platform/metrics/index.ts';
import { inTrace } from '../../../platform/tracing/index.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { EventRow } from '../../ingest/index.ts';
import type { ConversationsDeps } from '../types.ts';
import { createBatchSize } from './batch-size.ts';
import { type Projected, projectBatch } from './project-batch.ts';
import { createBatchTrace } from './trace.ts';

const LEASE_NAME = 'projector';
/**
 * A projector that was killed is replaced after this. Short, because correctness does not hang on
 * it: one that lost the lease writes nothing.
 */
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
/** Whoever was refused asks again after this, however often it is woken. */
const REFUSED_MS = 250;
const IDLE_MS = 1_000;
/** A single event that failed this often is parked. */
const TRIES = 3;

/**
 * Makes new events into conversations, in the order they arrived. One projector works at a time, by
 * a lease that every transaction locks first, so that one which lost it can write nothing.
 *
 * A loss of power may undo the last batches, which are then projected again: whatever leaves the house
 * because of them was claimed in a later commit, which made them durable first.
 *
 * Batches grow and shrink with the time their transaction takes. A batch that throws is taken apart:
 * its events go one by one, each in a transaction of its own, and one that keeps failing is parked
 * as `failed`, where a person finds it and can have it tried again. A database that does not work
 * parks nothing: the worker comes back to the same batch.
 */
export function createProjector(deps: ConversationsDeps, projected: Tally): Worker {
  const { db, clock, log, tracing, elapsed = () => performance.now() } = deps;
  const lease = createLease(deps);
  const milestonesNoted = new Set<string>();
  const isolation = createIsolation();
  const batchSize = createBatchSize(db.engine);
  /** As far as we know nothing is new. */
  let isIdle = true;

  /** One transaction. Gives what was found; the lease being lost counts as finding nothing. */
  async function project(limit: number): Promise<Outcome> {
    let batch: readonly EventRow[] = [];
    const traced = tracing && createBatchTrace(tracing);
    try {
      const work = async (tx: Executor) => {
        const startedAt = elapsed();
        batch = (await lease.hold(tx)) ? await deps.ingest.findNew(tx, limit) : [];
        if (batch.length === 0) {
          return undefined;
        }
        traced?.began(batch);
        const found = { events: batch, now: clock.now(), milestonesNoted };
        return { done: await projectBatch(deps, tx, found), tookMs: elapsed() - startedAt };
      };
      const outcome = await db.transaction(work, { repeatable: true });
      isolation.succeeded(batch);
      traced?.committed(outcome?.done.settled ?? []);
      return { found: batch.length, ...outcome };
    } catch (error) {
      traced?.failed(error);
      if (batch.length === 0 || isOutage(error)) {
        throw error;
      }
      await setBack(batch, error);
      return { found: batch.length };
    }
  }

  /** After a failure: the events of the batch one by one, or a hopeless one parked. */
  async function setBack(batch: readonly EventRow[], error: unknown): Promise<void> {
    const hopeless = isolation.failed(batch);
    if (hopeless === undefined) {
      return;
    }
    await db.transaction(async (tx) => {
      if (await lease.hold(tx)) {
        const parked = { eventId: hopeless.id, state: 'parked', reason: 'failed' } as const;
        await deps.ingest.settle(tx, [parked]);
      }
    });
    projected.add('parked');
    const { id: eventId, kind, trace } = hopeless;
    log.error({ eventId, kind, err: error, ...inTrace(trace) }, 'event.parked');
  }

  async function step(): Promise<number> {
    // Asking is free, a transaction is not: an idle server must not write to its disk every second.
    if ((isIdle && !(await deps.ingest.hasNew())) || !(await lease.renew())) {
      return 0;
    }
    const { found, done, tookMs = 0 } = await project(isolation.limit(batchSize.next()));
    if (done) {
      tellConflicts(log, done);
      announce(deps, done, milestonesNoted);
      count(projected, done.settled);
      batchSize.took({ found, tookMs });
    }
    // Only a batch that found nothing says so: to ask after each one made batches smaller and more,
    // and the p99 of an acknowledgement at 1,000 messages a second 24 ms instead of 12 to 15.
    isIdle = found === 0;
    if (!isIdle) {
      // SQLite never lets go of the thread by itself; requests get their turn here.
      await nextTurn();
    }
    return found;
  }

  const worker = createWorker({
    step,
    idleMs: IDLE_MS,
    onError: (error) => log.error({ err: error }, 'projector.failed'),
  });
  return {
    ...worker,
    async stop() {
      await worker.stop();
      await lease.release();
    },
  };
}

/** The right to project, for this process. */
function createLease({
  db,
  clock,
  ids,
  wakeOtherProjectors,
}: Pick<ConversationsDeps, 'db' | 'clock' | 'ids' | 'wakeOtherProjectors'>) {
  const mine = { name: LEASE_NAME, token: ids.next('lease') };
  const sharedTime = createSharedTime(db, clock);
  let renewedAt: number | undefined;
  let refusedAt: number | undefined;
  const isWithin = (ms: number, at: number | undefined, now: number) =>
    at !== undefined && now >= at && now - at < ms;
  return {
    /** True while the lease is ours, as far as we know; `hold` has the last word. */
    async renew(): Promise<boolean> {
      const now = clock.now();
      if (isWithin(RENEW_MS, renewedAt, now)) {
        return true;
      }
      if (isWithin(REFUSED_MS, refusedAt, now)) {
        wakeOtherProjectors?.();
        return false;
      }
      const isOurs = await db.transaction(async (tx) =>
        takeLease(tx, { ...mine, now: await sharedTime(tx), durationMs: LEASE_MS }),
      );
      renewedAt = isOurs ? now : undefined;
      refusedAt = isOurs ? undefined : now;
      if (!isOurs) {
        // Whoever holds it may sleep: what came in here is known here alone.
        wakeOtherProjectors?.();
      }
      return isOurs;
    },
    /** Locks the lease until the transaction ends; false when somebody else took it. */
    async hold(tx: Executor): Promise<boolean> {
      const isOurs = await holdLease(tx, mine);
      if (!isOurs) {
        renewedAt = undefined;
      }
      return isOurs;
    },
    /** Lets the next one begin at once. */
    async release(): Promise<void> {
      if (renewedAt !== undefined) {
        await db.transaction((tx) => releaseLease(tx, mine));
        renewedAt = undefined;
        wakeOtherProjectors?.();
      }
    },
  };
}

function count(tally: Tally, settled: Projected['settled']): void {
  for (const { state } of settled) {
    tally.add(state);
  }
}

function tellConflicts(log: Log, { settled }: Projected): void {
  for (const one of settled) {
    if (one.state === 'parked' && one.reason === 'conflicting_copy') {
      log.warn({ id: one.eventId }, 'event.conflicted');
    }
  }
}

/** Hints for open browsers and for who fetches files, once everything is committed. */
function announce(
  {
    live,
    attachments,
    onCommitted,
  }: Pick<ConversationsDeps, 'live' | 'attachments' | 'onCommitted'>,
  projected: Projected,
  milestonesNoted: Set<string>,
): void {
  for (const gatewayId of projected.withMessage.filter((id) => !milestonesNoted.has(id))) {
    milestonesNoted.add(gatewayId);
    live.publish({ type: 'gateway.changed', gatewayId });
  }
  if (projected.hasFiles) {
    attachments.wake();
  }
  onCommitted?.();
  for (const { gatewayId, conversationId } of projected.conversations) {
    live.publish({ type: 'conversation.changed', gatewayId, conversationId });
  }
  for (const gatewayId of projected.gatewayIds) {
    live.publish({ type: 'pages.changed', gatewayId });
  }
}

type Outcome = {
  readonly found: number;
  readonly done?: Projected;
  readonly tookMs?: number;
};

/** Remembers how many events are to go alone, and how often one that went alone failed. */
function createIsolation() {
  const failures = new Map<string, number>();
  let alone = 0;
  return {
    limit: (usual: number) => (alone > 0 ? 1 : usual),
    succeeded(batch: readonly EventRow[]) {
      alone = Math.max(0, alone - batch.length);
      for (const { id } of batch) {
        failures.delete(id);
      }
    },
    /** The event to give up on, if the batch was a single one and it failed too often. */
    failed(batch: readonly EventRow[]): EventRow | undefined {
      const [only] = batch;
      if (batch.length > 1 || only === undefined) {
        alone = batch.length;
        return undefined;
      }
      const count = (failures.get(only.id) ?? 0) + 1;
      failures.set(only.id, count);
      if (count < TRIES) {
        return undefined;
      }
      failures.delete(only.id);
      alone = Math.max(0, alone - 1);
      return only;
    },
  };
}
