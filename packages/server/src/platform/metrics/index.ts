/**
 * Metrics for Prometheus. What happens often is counted in plain numbers where it happens
 * (`createTally`, `createDistribution`); everything else is read when somebody asks. Nothing is
 * computed for a scrape that does not come.
 *
 * A measure that cannot be read is left out and logged: the others are still worth having, most of
 * all while the database is in trouble. Cardinality is bounded: of a measure with too many label
 * values the rest is added up under `other`.
 */
import type { Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { type Distribution, OTHER, type Reading } from './tally.ts';

export { listenForScrapes, type ScrapeServer } from './listen.ts';
export {
  createDistribution,
  createTally,
  type Distribution,
  type Reading,
  type Tally,
} from './tally.ts';

type Described = {
  /** With the unit, and `_total` for what only grows, as Prometheus wants it. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
};

export type Measure = Described &
  (
    | {
        readonly type: 'counter' | 'gauge';
        readonly read: () => readonly Reading[] | Promise<readonly Reading[]>;
      }
    | { readonly type: 'histogram'; readonly distribution: Distribution }
  );

export type Metrics = {
  /** What is measured, beside what the library reads of the process; for the reference. */
  readonly measures: readonly Measure[];
  /** In Prometheus' text format. Scrapes at the same time share one reading. */
  scrape: () => Promise<{ contentType: string; body: string }>;
};

const MAX_READINGS = 200;

export function createMetrics({
  measures,
  log,
}: {
  measures: readonly Measure[];
  log: Log;
}): Metrics {
  let registry: Promise<Registry> | undefined;
  let underWay: ReturnType<Metrics['scrape']> | undefined;

  /** Loaded when used: most installations never scrape, and the library measures by itself. */
  async function load(): Promise<Registry> {
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    const fresh = new Registry();
    collectDefaultMetrics({ register: fresh });
    for (const measure of measures) {
      fresh.registerMetric(toMetric(measure, log));
    }
    return fresh;
  }

  async function read(): ReturnType<Metrics['scrape']> {
    registry ??= load();
    const loaded = await registry;
    return { contentType: loaded.contentType, body: await loaded.metrics() };
  }

  return {
    measures,
    scrape() {
      underWay ??= read().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

type Metric = Parameters<Registry['registerMetric']>[0];
type Value = { metricName?: string; labels: Record<string, string | number>; value: number };

/** What the registry asks of a metric is `get`; the rest of its classes is for counting with them. */
function toMetric(measure: Measure, log: Log): Metric {
  const { name, help, type } = measure;
  return {
    name,
    async get() {
      const values =
        measure.type === 'histogram'
          ? showDistribution(name, measure.distribution)
          : await readValues(measure, log);
      return { name, help, type, values, aggregator: 'sum' };
    },
  } as unknown as Metric;
}

async function readValues(
  measure: Extract<Measure, { type: 'counter' | 'gauge' }>,
  log: Log,
): Promise<Value[]> {
  const { name, labels = [] } = measure;
  try {
    const readings = await measure.read();
    const kept = readings.slice(0, MAX_READINGS).map((reading) => ({
      labels: Object.fromEntries(labels.map((label, at) => [label, reading.labels[at] ?? ''])),
      value: reading.value,
    }));
    const rest = readings.slice(MAX_READINGS);
    return rest.length === 0
      ? kept
      : [
          ...kept,
          {
            labels: Object.fromEntries(labels.map((label) => [label, OTHER])),
            value: rest.reduce((sum, { value }) => sum + value, 0),
          },
        ];
  } catch (error) {
    log.warn({ metric: name, err: error }, 'metric.unreadable');
    return [];
  }
}

function showDistribution(name: string, distribution: Distribution): Value[] {
  const { buckets, sum, count } = distribution.read();
  return [
    ...buckets.map(({ upTo, count: upToCount }) => ({
      metricName: `${name}_bucket`,
      labels: { le: Number.isFinite(upTo) ? upTo : '+Inf' },
      value: upToCount,
    })),
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: count },
  ];
}
