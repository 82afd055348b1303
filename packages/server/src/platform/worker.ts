/** A background loop that can be woken, drained by a test, and stopped without losing a step. */
export type Worker = {
  start: () => void;
  /** Something may be due: run now instead of after the pause. Cheap; may be called often. */
  wake: () => void;
  /** Runs until nothing is due. Tests call this; they never sleep. */
  drain: () => Promise<void>;
  /** Waits for the step under way. */
  stop: () => Promise<void>;
};

/**
 * Turns a step into a loop. The step claims a batch, works on it and says how many it found.
 * A step that throws is reported and tried again after the pause; it never ends the loop.
 */
export function createWorker(options: {
  step: (signal: AbortSignal) => Promise<number>;
  idleMs: number;
  onError: (error: unknown) => void;
}): Worker {
  const { step, idleMs, onError } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let woken = false;
  let endPause: (() => void) | undefined;
  /** The loop's step, while it is at work. */
  let underWay: Promise<number> | undefined;

  async function pause(): Promise<void> {
    if (woken || stopping.signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    endPause = undefined;
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false;
      underWay = step(stopping.signal).catch((error: unknown) => {
        onError(error);
        return 0;
      });
      const found = await underWay;
      underWay = undefined;
      if (found === 0) {
        await pause();
      }
    }
  }

  return {
    start() {
      running ??= loop();
    },
    wake() {
      woken = true;
      endPause?.();
    },
    async drain() {
      // Beside the loop a step may find nothing because the loop's has taken it.
      while ((await step(stopping.signal)) > 0 || (await underWay) !== undefined);
    },
    async stop() {
      stopping.abort();
      endPause?.();
      await running;
    },
  };
}
