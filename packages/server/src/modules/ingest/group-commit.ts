/**
 * Lets many callers share one commit. While one is under way, arriving work waits for the next;
 * there is no timer. One piece of work is never split.
 *
 * Before the first commit of a burst the event loop gets one turn: SQLite commits without letting
 * go of the thread, so that without this turn every request of a full socket buffer would get a
 * commit of its own.
 *
 * Where commits are another thread's work, a second one is handed over as soon as `enough` waits,
 * so that neither thread waits for the other. With one after the other, 64 connections went through
 * reading and keeping in step, and one of two cores was idle at any time.
 */
export type GroupCommit<Work> = {
  /** Resolves when the work is durable; rejects when it is not, or when that takes too long. */
  add: (work: Work) => Promise<void>;
  /** How long work that came now would wait, in milliseconds, judged by the last commits. */
  predictedWaitMs: () => number;
  /** Resolves when nothing waits. */
  settled: () => Promise<void>;
};

/** One is being kept while the next one lies ready. */
const MOST_UNDER_WAY = 2;

type Waiting<Work> = {
  work: Work;
  size: number;
  resolve: () => void;
  reject: (error: unknown) => void;
};

export function createGroupCommit<Work>(options: {
  /** Commits all of it, or calls `refuse` for the pieces that could not be stored. */
  commit: (batch: readonly Work[], refuse: (work: Work, error: unknown) => void) => Promise<void>;
  sizeOf: (work: Work) => number;
  maxSize: number;
  /** Pieces of work that are worth a commit of their own while another one is under way. */
  enough: number;
  /**
   * A commit of usual size that takes longer has met a store that stands still. Who waits is told,
   * and what becomes of the commit is learnt by who tries again.
   */
  stalledAfterMs: number;
  /** Monotonic milliseconds. */
  elapsed: () => number;
}): GroupCommit<Work> {
  const { commit, sizeOf, maxSize, enough, stalledAfterMs, elapsed } = options;
  const waiting = createQueue<Work>(maxSize);
  /** Commits under way, and since when. */
  const running = new Map<Promise<void>, number>();
  let isTurnAwaited = false;
  let usualMs = 0;

  /** Larger ones may take longer in proportion. */
  function watch(batch: readonly Waiting<Work>[]): NodeJS.Timeout {
    const size = batch.reduce((sum, item) => sum + item.size, 0);
    const stalled = () => {
      const error = new Error('The store stands still.');
      for (const { reject } of [...batch, ...waiting.takeAll()]) {
        reject(error);
      }
    };
    return setTimeout(stalled, stalledAfterMs * Math.max(1, size / maxSize));
  }

  async function commitOne(batch: readonly Waiting<Work>[]): Promise<void> {
    const refused = new Map<Work, unknown>();
    const watching = watch(batch);
    await commit(
      batch.map(({ work }) => work),
      (work, error) => refused.set(work, error),
    ).catch((error: unknown) => {
      for (const { work } of batch) {
        refused.set(work, error);
      }
    });
    clearTimeout(watching);
    for (const { work, resolve, reject } of batch) {
      if (refused.has(work)) {
        reject(refused.get(work));
      } else {
        resolve();
      }
    }
  }

  function begin(): void {
    const startedAt = elapsed();
    const one = commitOne(waiting.take()).then(() => {
      running.delete(one);
      usualMs = usualMs * 0.8 + (elapsed() - startedAt) * 0.2;
      next();
    });
    running.set(one, startedAt);
  }

  function next(): void {
    while (waiting.length() >= enough && running.size < MOST_UNDER_WAY) {
      begin();
    }
    if (waiting.length() > 0 && running.size === 0 && !isTurnAwaited) {
      isTurnAwaited = true;
      setImmediate(() => {
        isTurnAwaited = false;
        if (waiting.length() > 0 && running.size === 0) {
          begin();
        }
      });
    }
  }

  return {
    add(work) {
      return new Promise((resolve, reject) => {
        waiting.push({ work, size: sizeOf(work), resolve, reject });
        next();
      });
    },
    predictedWaitMs() {
      const [startedAt] = running.values();
      const underWay = startedAt === undefined ? 0 : Math.max(usualMs, elapsed() - startedAt);
      return underWay + Math.ceil(waiting.size() / maxSize) * usualMs;
    },
    async settled() {
      while (waiting.length() > 0 || running.size > 0) {
        await (running.keys().next().value ?? new Promise((resolve) => setImmediate(resolve)));
      }
    },
  };
}

function createQueue<Work>(maxSize: number) {
  let items: Waiting<Work>[] = [];
  let size = 0;
  return {
    length: () => items.length,
    size: () => size,
    push(item: Waiting<Work>) {
      items.push(item);
      size += item.size;
    },
    /** As many as `maxSize` holds, and one at least. */
    take(): Waiting<Work>[] {
      let taken = 0;
      const end = items.findIndex((item, index) => {
        if (index > 0 && taken + item.size > maxSize) {
          return true;
        }
        taken += item.size;
        return false;
      });
      size -= taken;
      return items.splice(0, end < 0 ? items.length : end);
    },
    takeAll(): Waiting<Work>[] {
      const all = items;
      items = [];
      size = 0;
      return all;
    },
  };
}
