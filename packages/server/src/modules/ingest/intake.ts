import type { Clock } from '../../platform/clock.ts';
import { isOutage } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Distribution, Tally } from '../../platform/metrics/index.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Keeper } from './keep-posts.ts';
import { traceCommit, tracingIntake } from './trace.ts';

/** What Meta waits at most is 5 s; longer than this and it had better try again. */
const MAX_WAIT_MS = 2_000;
/** A commit that takes this long will not be told to Meta in time; a 503 still will. */
const STALLED_AFTER_MS = 3_000;
/** Some 256 events of a message each; a body that is larger is a commit of its own. */
const MAX_BYTES_PER_COMMIT = 128 * 1024;
/**
 * Half of what 64 connections bring. With 16, commits cost more than waiting less saves; with all of
 * them, one thread waits for the other: 22,300, 23,100 and 19,500 posts a second.
 */
const ENOUGH_POSTS = 32;
/** Measured times kept for the projector; it is rarely more than a batch behind. */
const MAX_MEASURED = 20_000;

type Waiting = {
  readonly gatewayId: string;
  readonly receivedAt: number;
  /** Milliseconds since receipt, measured when asked. */
  readonly ageMs: () => number;
  /** The `traceparent` of the POST, where it is traced. */
  readonly trace: string | null;
  readonly body: Buffer;
};

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
  keep: Keeper['keep'];
  clock: Clock;
  log: Log;
  elapsed: () => number;
  tracing?: Tracing | undefined;
  onStored: () => void;
  stalledAfterMs?: number | undefined;
  counts: { readonly ackSeconds: Distribution; readonly events: Tally };
}): Intake {
  const { clock, elapsed, counts, log, tracing } = deps;
  const measured = createMeasured();
  let isStopping = false;

  /** One durable transaction. Nothing of it is visible, or measured, before it is committed. */
  async function commit(batch: readonly Waiting[], asBytes: boolean): Promise<void> {
    const posts = batch.map(({ gatewayId, receivedAt, ageMs, trace, body }) => ({
      ...{ gatewayId, receivedAt, ageMs: Math.round(ageMs()), trace, body, asBytes },
    }));
    const { inserted, copies, conflicting } = await traceCommit(tracing, posts, () =>
      deps.keep(posts),
    );
    for (const [index, ids] of inserted.entries()) {
      measured.add(ids, batch[index]?.ageMs() ?? 0);
    }
    const fresh = inserted.reduce((sum, ids) => sum + ids.length, 0);
    counts.events.add('new', fresh);
    counts.events.add('copy', copies);
    for (const conflict of conflicting) {
      log.warn({ ...conflict }, 'event.conflicted');
    }
    if (fresh > 0) {
      deps.onStored();
    }
  }

  const group = createGroupCommit<Waiting>({
    commit: isolating({ commit, log }),
    sizeOf: ({ body }) => body.length,
    maxSize: MAX_BYTES_PER_COMMIT,
    enough: ENOUGH_POSTS,
    stalledAfterMs: deps.stalledAfterMs ?? STALLED_AFTER_MS,
    elapsed,
  });

  async function accept(gatewayId: string, body: Buffer, trace: string | null): Promise<void> {
    const receivedAt = clock.now();
    const startedAt = elapsed();
    if (isStopping || group.predictedWaitMs() > MAX_WAIT_MS) {
      throw new AppError('unavailable', 'Too much is waiting to be stored.');
    }
    const ageMs = () => elapsed() - startedAt;
    await group.add({ gatewayId, receivedAt, ageMs, trace, body });
    counts.ackSeconds.record(ageMs() / 1_000);
  }

  return {
    accept: tracing
      ? tracingIntake(tracing, accept)
      : (gatewayId, body) => accept(gatewayId, body, null),
    storedMs: measured.find,
    async stop() {
      isStopping = true;
      await group.settled();
    },
  };
}

/**
 * Looked up by id when the first one is asked for: a Map with an entry for each event costs the
 * thread that answers 1 µs of 19.
 */
function createMeasured() {
  const known = new Map<string, number>();
  let added: { readonly ids: readonly string[]; readonly ms: number }[] = [];
  let count = 0;

  function forget(): void {
    known.clear();
    added = [];
    count = 0;
  }

  return {
    add(ids: readonly string[], ms: number): void {
      if (count > MAX_MEASURED) {
        forget();
      }
      count += ids.length;
      added.push({ ids, ms });
    },
    find(id: string): number | null {
      for (const { ids, ms } of added) {
        for (const one of ids) {
          known.set(one, ms);
        }
      }
      added = [];
      return known.get(id) ?? null;
    },
  };
}

/**
 * A batch that cannot be stored is tried again POST by POST, so that one with content that the
 * store refuses does not hold up others; that one is kept as raw bytes. A store that does not work,
 * or refuses even the bytes, says nothing against a POST: all that wait are answered 503.
 */
function isolating(options: {
  commit: (batch: readonly Waiting[], asBytes: boolean) => Promise<void>;
  log: Log;
}): (batch: readonly Waiting[], refuse: (work: Waiting, error: unknown) => void) => Promise<void> {
  const { commit, log } = options;

  /** The error when not even the bytes could be stored. */
  async function storeAlone(post: Waiting): Promise<Failure | undefined> {
    const failure = await attempt(() => commit([post], false));
    if (failure === undefined || isOutage(failure.error)) {
      return failure;
    }
    const asBytes = await attempt(() => commit([post], true));
    if (asBytes === undefined) {
      log.error({ gatewayId: post.gatewayId, err: failure.error }, 'event.parked');
    }
    return asBytes;
  }

  return async (batch, refuse) => {
    if ((await attempt(() => commit(batch, false))) === undefined) {
      return;
    }
    for (const [index, post] of batch.entries()) {
      const failure = await storeAlone(post);
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
