import { expect, test } from 'vitest';
import { throughOutages } from './through-outage.ts';

const outage = () => Object.assign(new Error('full'), { code: '53100' });

/** Fails so often before it works. */
function failing(times: number) {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) {
      throw outage();
    }
    return 'done';
  };
}

test('the rests grow up to two seconds', async () => {
  const rests: number[] = [];
  const rest = async (ms: number) => void rests.push(ms);
  const stopping = new AbortController().signal;
  expect(await throughOutages(failing(7), stopping, rest)).toBe('done');
  expect(rests).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

test('a stop ends it with what the database said', async () => {
  const stop = new AbortController();
  const rest = async () => stop.abort();
  const work = throughOutages(failing(9), stop.signal, rest);
  await expect(work).rejects.toThrow('full');
});

test('what is no outage is not tried again', async () => {
  const stopping = new AbortController().signal;
  const work = throughOutages(() => Promise.reject(new Error('a defect')), stopping);
  await expect(work).rejects.toThrow('a defect');
});
