import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStarts } from './starts.ts';

function bench() {
  const time = { now: 0 };
  const rests: (() => void)[] = [];
  const rest = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rests.push(resolve);
    return promise;
  };
  const starts = createStarts({ elapsed: () => time.now, rest });
  const began: number[] = [];
  return {
    ...{ time, starts, began },
    async ask(count: number) {
      for (let number = 0; number < count; number += 1) {
        void starts.next().then(() => began.push(number));
      }
      await settled();
    },
    async endRest() {
      rests.shift()?.();
      await settled();
    },
  };
}

test('while messages come in four begin at a time, in their order, with rests between', async () => {
  const { starts, ask, began, endRest } = bench();
  starts.giveWay();
  await ask(20);
  expect(began).toHaveLength(4);
  await endRest();
  expect(began).toHaveLength(8);
  await endRest();
  await endRest();
  await endRest();
  expect(began).toEqual(Array.from({ length: 20 }, (_, number) => number));
});

test('a quarter of a second after the last one everything begins at once', async () => {
  const { time, starts, ask, began } = bench();
  await ask(20);
  expect(began).toHaveLength(20);
  starts.giveWay();
  time.now = 249;
  await ask(20);
  expect(began).toHaveLength(24);
  time.now = 250;
  await ask(20);
  expect(began).toHaveLength(44);
});
