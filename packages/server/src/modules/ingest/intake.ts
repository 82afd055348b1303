import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Distribution, Tally } from '../../platform/metrics/index.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import { createGroupCommit } from './group-commit.ts';
import { readEvents, unreadable } from './read-events.ts';
import { type Arrival, type Stored, storeBatch } from './store-batch.ts';
import { traceCommit, tracingIntake } from './trace.ts';

/** What Meta waits at most is 5 s; longer than this and it had better try again. */
const MAX_WAIT_MS = 2_000;
/** A commit that takes this long will not be told to Meta in time; a 503 still will. */
const STALLED_AFTER_MS = 3_000;
const MAX_EVENTS_PER_COMMIT = 256;
/** A body of this many bytes weighs as much as one event more. */
const BYTES_PER_EVENT = 16_384;
/** Measured times kept for the projector; it is rarely more than a batch behind. */
const MAX_MEASURED = 20_000;

type Waiting = Arrival & { readonly body: Buffer };

export type Intake = {
  /**
   * Resolves when the events of a signed body are durable; throws `unavailable` otherwise. `caller`
   * is the `traceparent` that came with it.
   */
  accept: (gatewayId: string, body: Buffer, caller?: string | undefined) => Promise<void>;
  /** Milliseconds from receipt to durable commit, if this process measured it lately. */
  storedMs: (eventId: string) => number | null;
  stop: () => Promise<void>;
};

/** From a signed body to durable rows. */
export function createIntake(deps: {
  db: Database;
  clock: Clock;
  ids: Ids;
  log: Log;
  elapsed: () => number;
  tracing?: Tracing | undefined;
  onStored: () => void;
  stalledAfterMs?: number | undefined;
  counts: { readonly ackSeconds: Distribution; readonly events: Tally };
}): Intake {
  const { db, clock, ids, elapsed, tracing } = deps;
  const measured = new Map<string, number>();
  let isStopping = false;

  /** One durable transaction. Nothing of it is visible, or measured, before it is committed. */
  async function commit(arrivals: readonly Arrival[]): Promise<void> {
    const stored = await traceCommit(tracing, arrivals, () =>
      db.transaction((tx) => storeBatch(deps, tx, arrivals)),
    );
    if (measured.size > MAX_MEASURED) {
      measured.clear();
    }
    for (const [id, ms] of durations(arrivals, stored)) {
      measured.set(id, ms);
    }
    const taken = arrivals.reduce((sum, { events }) => sum + events.length, 0);
    deps.counts.events.add('new', stored.inserted.size);
    deps.counts.events.add('copy', taken - stored.inserted.size);
    for (const conflict of stored.conflicting) {
      deps.log.warn({ ...conflict }, 'event.conflicted');
    }
    if (stored.inserted.size > 0) {
      deps.onStored();
    }
  }

  function keepBytes(arrival: Waiting): Arrival {
    const raw = `base64:${arrival.body.toString('base64')}`;
    return { ...arrival, events: [{ ...unreadable(arrival.body), raw, id: ids.next('ev') }] };
  }

  const group = createGroupCommit<Waiting>({
    commit: isolating({ commit, keepBytes, log: deps.log }),
    sizeOf: ({ events, body }) => events.length + Math.floor(body.length / BYTES_PER_EVENT),
    maxSize: MAX_EVENTS_PER_COMMIT,
    stalledAfterMs: deps.stalledAfterMs ?? STALLED_AFTER_MS,
    elapsed,
  });

  async function accept(gatewayId: string, body: Buffer, trace: string | null): Promise<void> {
    const receivedAt = clock.now();
    const startedAt = elapsed();
    if (isStopping || group.predictedWaitMs() > MAX_WAIT_MS) {
      throw new AppError('unavailable', 'Too much is waiting to be stored.');
    }
    const events = readEvents(body).map((event) => ({ ...event, id: ids.next('ev') }));
    const ageMs = () => elapsed() - startedAt;
    await group.add({ gatewayId, receivedAt, ageMs, events, trace, body });
    deps.counts.ackSeconds.record(ageMs() / 1_000);
  }

  return {
    accept: tracing
      ? tracingIntake(tracing, accept)
      : (gatewayId, body) => accept(gatewayId, body, null),
    storedMs: (eventId) => measured.get(eventId) ?? null,
    async stop() {
      isStopping = true;
      await group.settled();
    },
  };
}

function durations(arrivals: readonly Arrival[], { inserted }: Stored): [string, number][] {
  return arrivals.flatMap(({ events, ageMs }) => {
    const ms = ageMs();
    return events.filter(({ id }) => inserted.has(id)).map(({ id }): [string, number] => [id, ms]);
  });
}

/**
 * A batch that cannot be stored is tried again POST by POST, so that one with content that the
 * store refuses does not hold up others; that one is kept as raw bytes. If even those are refused,
 * the store is at fault, and all that wait are answered 503.
 */
function isolating(options: {
  commit: (arrivals: readonly Arrival[]) => Promise<void>;
  keepBytes: (arrival: Waiting) => Arrival;
  log: Log;
}): (batch: readonly Waiting[], refuse: (work: Waiting, error: unknown) => void) => Promise<void> {
  const { commit, keepBytes, log } = options;

  /** The error when not even the bytes could be stored. */
  async function storeAlone(arrival: Waiting): Promise<Failure | undefined> {
    const failure = await attempt(() => commit([arrival]));
    if (failure === undefined) {
      return undefined;
    }
    const asBytes = await attempt(() => commit([keepBytes(arrival)]));
    if (asBytes === undefined) {
      log.error({ gatewayId: arrival.gatewayId, err: failure.error }, 'event.parked');
    }
    return asBytes;
  }

  return async (batch, refuse) => {
    if ((await attempt(() => commit(batch))) === undefined) {
      return;
    }
    for (const [index, arrival] of batch.entries()) {
      const failure = await storeAlone(arrival);
      if (failure) {
        batch.slice(index).forEach((refused) => {
          refuse(refused, failure.error);
        });
        return;
      }
    }
  };
}

/** In a wrapper, since anything may be thrown. */
type Failure = { readonly error: unknown };

async function attempt(work: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}
