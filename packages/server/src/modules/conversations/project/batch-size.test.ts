import { expect, test } from 'vitest';
import { createBatchSize } from './batch-size.ts';

const ENGINES = [
  { engine: 'sqlite', least: 16 },
  { engine: 'postgres', least: 64 },
] as const;

test.each(ENGINES)(
  'on a machine that is busy elsewhere a batch on $engine keeps a size that is worth its transaction',
  ({ engine, least }) => {
    const batch = createBatchSize(engine);
    for (let times = 0; times < 100; times += 1) {
      batch.took({ found: batch.next(), tookMs: 2_000 });
    }
    expect(batch.next()).toBe(least);
  },
);

test.each(ENGINES)(
  'a full batch on $engine that was quick makes the next one larger, up to a limit',
  ({ engine }) => {
    const batch = createBatchSize(engine);
    const first = batch.next();
    batch.took({ found: first, tookMs: 1 });
    expect(batch.next()).toBe(first * 2);
    for (let times = 0; times < 100; times += 1) {
      batch.took({ found: batch.next(), tookMs: 1 });
    }
    expect(batch.next()).toBe(256);
  },
);

test('a batch that was not full says nothing about larger ones', () => {
  const batch = createBatchSize('postgres');
  const first = batch.next();
  batch.took({ found: first - 1, tookMs: 1 });
  expect(batch.next()).toBe(first);
});
