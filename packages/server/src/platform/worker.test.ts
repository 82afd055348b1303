import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createWorker } from './worker.ts';

test('whoever drains a worker that runs waits for the step under way', async () => {
  const { promise: work, resolve: endWork } = Promise.withResolvers<void>();
  let isAtWork = false;
  let left = 1;
  const worker = createWorker({
    async step() {
      if (left === 0) {
        return 0;
      }
      left -= 1;
      isAtWork = true;
      await work;
      isAtWork = false;
      return 1;
    },
    idleMs: 60_000,
    onError: () => undefined,
  });
  worker.start();
  await turn();
  const drained = worker.drain().then(() => isAtWork);
  await turn();
  endWork();
  expect(await drained).toBe(false);
  await worker.stop();
});
