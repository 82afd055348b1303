import { expect, test } from 'vitest';
import {
  createDistribution,
  createMetrics,
  createTally,
  listenForScrapes,
  type Measure,
} from './index.ts';

function createBench(measures: readonly Measure[]) {
  const lines: [Record<string, unknown>, string][] = [];
  const line = (fields: Record<string, unknown>, event: string) => void lines.push([fields, event]);
  const log = { info: line, warn: line, error: line };
  return { lines, log, metrics: createMetrics({ measures, log }) };
}

const gauge = (name: string, read: Extract<Measure, { type: 'gauge' | 'counter' }>['read']) =>
  ({ name, type: 'gauge', help: 'A number.', labels: ['what'], read }) as const;

test('what was counted is what Prometheus reads, zeros included', async () => {
  const answers = createTally(['200', '503']);
  answers.add('200');
  answers.add('200', 4);
  const { metrics } = createBench([
    { name: 'a_total', type: 'counter', help: 'Answers.', labels: ['status'], read: answers.read },
  ]);
  const { body, contentType } = await metrics.scrape();
  expect(contentType).toContain('text/plain');
  expect(body).toContain(
    '# TYPE a_total counter\na_total{status="200"} 5\na_total{status="503"} 0',
  );
  expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
});

test('a distribution counts up to each bound, bounds included', async () => {
  const took = createDistribution([0.1, 1]);
  for (const value of [0.1, 0.5, 3, 0]) {
    took.record(value);
  }
  const { metrics } = createBench([
    { name: 't_seconds', type: 'histogram', help: 'Time.', distribution: took },
  ]);
  const { body } = await metrics.scrape();
  for (const line of [
    't_seconds_bucket{le="0.1"} 2',
    't_seconds_bucket{le="1"} 3',
    't_seconds_bucket{le="+Inf"} 4',
    't_seconds_sum 3.6',
    't_seconds_count 4',
  ]) {
    expect(body).toContain(line);
  }
});

test('a measure that cannot be read costs the others nothing', async () => {
  const { metrics, lines } = createBench([
    gauge('broken', () => Promise.reject(new Error('database is gone'))),
    gauge('sound', () => [{ labels: ['x'], value: 1 }]),
  ]);
  const { body } = await metrics.scrape();
  expect(body).toContain('sound{what="x"} 1');
  expect(body).not.toContain('broken{');
  expect(lines).toMatchObject([[{ metric: 'broken' }, 'metric.unreadable']]);
});

test('words and label values without end are added up', async () => {
  const tally = createTally();
  for (let n = 0; n < 1_000; n += 1) {
    tally.add(`word ${n}`);
  }
  expect(tally.read()).toHaveLength(101);
  expect(tally.read().reduce((sum, { value }) => sum + value, 0)).toBe(1_000);
  const { metrics } = createBench([
    gauge('many', () =>
      Array.from({ length: 1_000 }, (_unused, n) => ({ labels: [`d${n}`], value: 2 })),
    ),
  ]);
  const shown = (await metrics.scrape()).body.split('\n').filter((row) => row.startsWith('many{'));
  expect(shown).toHaveLength(201);
  expect(shown.at(-1)).toBe('many{what="other"} 1600');
});

test('a label value cannot break out of its line', async () => {
  const { metrics } = createBench([gauge('g', () => [{ labels: ['a"}\nb 1\\'], value: 1 }])]);
  expect((await metrics.scrape()).body).toContain('g{what="a\\"}\\nb 1\\\\"} 1');
});

test('scrapes at the same time read once', async () => {
  let reads = 0;
  const { metrics } = createBench([
    gauge('g', async () => {
      reads += 1;
      return [];
    }),
  ]);
  await Promise.all([metrics.scrape(), metrics.scrape(), metrics.scrape()]);
  expect(reads).toBe(1);
  await metrics.scrape();
  expect(reads).toBe(2);
});

test('the port answers /metrics and nothing else', async () => {
  const { metrics, log } = createBench([gauge('g', () => [{ labels: ['x'], value: 1 }])]);
  const { port, close } = await listenForScrapes({
    ...{ host: '127.0.0.1', port: 0, log },
    scrape: metrics.scrape,
  });
  const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  expect(await (await at('/metrics')).text()).toContain('g{what="x"} 1');
  expect((await at('/')).status).toBe(404);
  expect((await at('/metrics', { method: 'POST' })).status).toBe(404);
  await close();
});
