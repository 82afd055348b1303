import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../log.ts';
import type { TracingSettings } from './types.ts';

/** Some two seconds of all a process can take in; beyond that spans are left out, never waited for. */
const MAX_QUEUED = 8_192;
const LONGEST_ATTRIBUTE = 512;

/** Spans leave in batches, behind everybody's back. */
export function createProvider(settings: TracingSettings, { log }: { log: Log }): TracerProvider {
  const { url, headers, protocol } = settings;
  const to = { url, headers: { ...headers } };
  const exporter = protocol === 'http/json' ? new JsonExporter(to) : new ProtobufExporter(to);
  return new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ ...settings.attributes })),
    sampler: samplerOf(settings),
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [
      new BatchSpanProcessor({ exporter: telling(exporter, log), maxQueueSize: MAX_QUEUED }),
    ],
  });
}

function samplerOf({ sampler, followsParent, ratio }: TracingSettings): Sampler {
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  }[sampler]();
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

/** Says once that the receiver does not take spans, and once that it does again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        // Of `@opentelemetry/core`: 0 is success.
        const failed = result.code !== 0;
        if (failed && !isFailing) {
          log.warn({ reason: result.error?.message, spans: spans.length }, 'traces.not_exported');
        } else if (!failed && isFailing) {
          log.info({}, 'traces.exported_again');
        }
        isFailing = failed;
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
