/**
 * Traces by OpenTelemetry: what happened to one event or one reply, from process to process.
 *
 * A trace is followed by hand: what begins one stores its `traceparent` in the row that outlives the
 * process, and what goes on reads it from there. There is no ambient context, so nothing is paid for
 * where traces are off: then there is no `Tracing`, and the SDK is not even loaded (ADR 0025).
 */
import type { Log } from '../log.ts';
import type { Tracing, TracingSettings } from './types.ts';

export type { Span, Tracing, TracingSettings } from './types.ts';

export async function openTracing(
  settings: TracingSettings | undefined,
  deps: { log: Log },
): Promise<Tracing | undefined> {
  if (settings === undefined) {
    return undefined;
  }
  const { createTracing } = await import('./tracing.ts');
  return createTracing(settings, deps);
}

/** The value of `error.type` for something that was thrown: never its words. */
export const errorType = (error: unknown): string =>
  error instanceof Error ? error.name : typeof error;

/** For log lines about something that may be traced. */
export function inTrace(stored: string | null): { trace_id?: string } {
  return stored === null ? {} : { trace_id: stored.slice(3, 35) };
}
