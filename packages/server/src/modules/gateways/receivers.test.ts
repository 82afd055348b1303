import { expect, test } from 'vitest';
import { Secret } from '../../platform/secret.ts';
import { createReceiverCache } from './receivers.ts';
import type { Receiver } from './types.ts';

const receiver = (gatewayId: string): Receiver => ({
  ...{ gatewayId, enabled: true, verifyToken: new Secret('token'), appSecrets: [] },
});

/** A cache whose readings end when the test says so. */
function createBench(readWithinMs?: number) {
  const time = { now: 1_000 };
  const readings: ReturnType<typeof Promise.withResolvers<Receiver | undefined>>[] = [];
  const cache = createReceiverCache({
    clock: { now: () => time.now },
    read() {
      const reading = Promise.withResolvers<Receiver | undefined>();
      readings.push(reading);
      return reading.promise;
    },
    ...(readWithinMs === undefined ? {} : { readWithinMs }),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { find: cache.find, forget: cache.forget, time, readings, turn };
}

test('all that ask at once share one reading, which is kept for a second', async () => {
  const { find, time, readings, turn } = createBench();
  const asked = [find('a'), find('a')];
  await turn();
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(receiver('gw_1'));
  expect((await Promise.all(asked)).map((found) => found?.gatewayId)).toEqual(['gw_1', 'gw_1']);
  time.now += 999;
  expect((await find('a'))?.gatewayId).toBe('gw_1');
  expect(readings).toHaveLength(1);
  time.now += 1;
  const later = find('a');
  await turn();
  readings[1]?.resolve(undefined);
  expect(await later).toBe(undefined);
});

test('a database that stands still is asked once, and nobody waits for long', async () => {
  const { find, readings } = createBench(5);
  await expect(find('a')).rejects.toThrow('No answer');
  await expect(find('a')).rejects.toThrow('No answer');
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(receiver('gw_1'));
  expect((await find('a'))?.gatewayId).toBe('gw_1');
});

test('a reading that failed is made again', async () => {
  const { find, readings, turn } = createBench();
  const failed = find('a');
  await turn();
  readings[0]?.reject(new Error('gone'));
  await expect(failed).rejects.toThrow('gone');
  const again = find('a');
  await turn();
  readings[1]?.resolve(receiver('gw_1'));
  expect((await again)?.gatewayId).toBe('gw_1');
});

test('what was being read when it changed is not kept, nor given to who asks later', async () => {
  const { find, forget, readings, turn } = createBench();
  const before = find('a');
  await turn();
  forget();
  const after = find('a');
  await turn();
  readings[1]?.resolve(receiver('new'));
  expect((await after)?.gatewayId).toBe('new');
  readings[0]?.resolve(receiver('old'));
  await before;
  expect((await find('a'))?.gatewayId).toBe('new');
});
