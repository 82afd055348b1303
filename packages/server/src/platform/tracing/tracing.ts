import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Log } from '../log.ts';
import { scrub } from '../log.ts';
import { createProvider } from './provider.ts';
import type { Attributes, Span, SpanStart, Tracing, TracingSettings } from './types.ts';

/** What is left over after this when the process stops is lost; the stop has other things to do. */
const CLOSE_WITHIN_MS = 2_000;

const KINDS: Readonly<Record<SpanStart['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
};

/** Loaded only where traces are on. */
export function createTracing(settings: TracingSettings, deps: { log: Log }): Tracing {
  const provider = createProvider(settings, deps);
  const tracer = provider.getTracer('chatgate');

  return {
    begin(span, caller) {
      return start(tracer, span, caller === undefined ? undefined : parseTraceparent(caller));
    },
    follow(stored, span) {
      const parent = stored === null ? undefined : parseTraceparent(stored);
      return parent && start(tracer, span, parent);
    },
    flush: () => provider.forceFlush().catch(() => {}),
    async close() {
      const shutdown = provider.shutdown().catch(() => {});
      if (!(await within(CLOSE_WITHIN_MS, shutdown))) {
        deps.log.warn({}, 'traces.left_behind');
      }
    },
  };
}

function start(tracer: Tracer, start: SpanStart, parent: SpanContext | undefined) {
  const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const span = tracer.startSpan(
    start.name,
    { kind: KINDS[start.kind], attributes: clean(start.attributes) },
    context,
  );
  const { traceId, spanId, traceFlags } = span.spanContext();
  if ((traceFlags & TraceFlags.SAMPLED) === 0) {
    return undefined;
  }
  const started: Span = {
    traceparent: `00-${traceId}-${spanId}-01`,
    end({ attributes = {}, error } = {}) {
      span.setAttributes(clean(attributes));
      if (error !== undefined) {
        span.setAttribute('error.type', error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
  return started;
}

/** Traces go where logs go: the same shapes of secrets stay out. */
function clean(attributes: Attributes): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      kept[name] = typeof value === 'string' ? scrub(value) : value;
    }
  }
  return kept;
}

/**
 * Version 00, and what later versions begin with. Zeros name nothing.
 *
 * https://www.w3.org/TR/trace-context/#traceparent-header-field-values
 */
const TRACEPARENT =
  /^(?:00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})|(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?)$/;
const ZEROS = /^0+$/;

function parseTraceparent(text: string): SpanContext | undefined {
  const [, a, b, c, traceId = a, spanId = b, flags = c] = TRACEPARENT.exec(text) ?? [];
  if (!(traceId && spanId && flags) || ZEROS.test(traceId) || ZEROS.test(spanId)) {
    return undefined;
  }
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
}

async function within(atMostMs: number, work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), atMostMs);
  const isDone = await Promise.race([work.then(() => true), promise]);
  clearTimeout(timer);
  return isDone;
}
