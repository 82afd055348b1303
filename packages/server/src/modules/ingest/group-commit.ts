/**
 * Lets many callers share one commit. While one is under way, arriving work waits for the next;
 * there is no timer. One piece of work is never split.
 *
 * Before the first commit of a burst the event loop gets one turn: SQLite commits without letting
 * go of the thread, so that without this turn every request of a full socket buffer would get a
 * commit of its own.
 */
export type GroupCommit<Work> = {
  /** Resolves when the work is durable; rejects when it is not, or when that takes too long. */
  add: (work: Work) => Promise<void>;
  /** How long work that came now would wait, in milliseconds, judged by the last commits. */
  predictedWaitMs: () => number;
  /** Resolves when nothing waits. */
  settled: () => Promise<void>;
};

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
  /**
   * A commit of usual size that takes longer has met a store that stands still. Who waits is told,
   * and what becomes of the commit is learnt by who tries again.
   */
  stalledAfterMs: number;
  /** Monotonic milliseconds. */
  elapsed: () => number;
}): GroupCommit<Work> {
  const { commit, sizeOf, maxSize, stalledAfterMs, elapsed } = options;
  const waiting: Waiting<Work>[] = [];
  let waitingSize = 0;
  let running: Promise<void> | undefined;
  let startedAt: number | undefined;
  let usualMs = 0;

  /** Larger ones may take longer in proportion. */
  function watch(batch: readonly Waiting<Work>[]): NodeJS.Timeout {
    const size = batch.reduce((sum, item) => sum + item.size, 0);
    return setTimeout(
      () => {
        const error = new Error('The store stands still.');
        for (const { reject } of [...batch, ...waiting.splice(0)]) {
          reject(error);
        }
        waitingSize = 0;
      },
      stalledAfterMs * Math.max(1, size / maxSize),
    );
  }

  function take(): Waiting<Work>[] {
    let size = 0;
    let count = 0;
    for (const item of waiting) {
      if (count > 0 && size + item.size > maxSize) {
        break;
      }
      size += item.size;
      count += 1;
    }
    waitingSize -= size;
    return waiting.splice(0, count);
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = take();
      startedAt = elapsed();
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
      usualMs = usualMs * 0.8 + (elapsed() - startedAt) * 0.2;
      startedAt = undefined;
      for (const { work, resolve, reject } of batch) {
        if (refused.has(work)) {
          reject(refused.get(work));
        } else {
          resolve();
        }
      }
    }
    running = undefined;
  }

  return {
    add(work) {
      const size = sizeOf(work);
      return new Promise((resolve, reject) => {
        waiting.push({ work, size, resolve, reject });
        waitingSize += size;
        running ??= run();
      });
    },
    predictedWaitMs() {
      const underWay = startedAt === undefined ? 0 : Math.max(usualMs, elapsed() - startedAt);
      return underWay + Math.ceil(waitingSize / maxSize) * usualMs;
    },
    async settled() {
      await running;
    },
  };
}
