import type { Worker } from '../../platform/worker.ts';

/** Work that a callback started and does not wait for; draining or stopping `worker` does. */
export function createBackground(worker: Worker, onError: (error: unknown) => void) {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  async function settle(): Promise<void> {
    while (running.size > 0) {
      await Promise.all(running);
    }
  }
  return {
    run(start: (stopping: AbortSignal) => Promise<void>): void {
      const work = start(stopping.signal)
        .catch(onError)
        .finally(() => running.delete(work));
      running.add(work);
    },
    worker: {
      ...worker,
      async drain() {
        await settle();
        await worker.drain();
      },
      async stop() {
        stopping.abort();
        await worker.stop();
        await settle();
      },
    } satisfies Worker,
  };
}
