import { errorType, type Span, type Tracing } from '../../../platform/tracing/index.ts';
import type { EventRow, Settled } from '../../ingest/index.ts';

/** For each traced event of a batch: the transaction that gives it its place. */
export function createBatchTrace(tracing: Tracing) {
  let spans = new Map<string, Span>();
  return {
    /** A transaction that is run again begins anew; what was begun before is forgotten. */
    began(events: readonly EventRow[]): void {
      spans = new Map(
        events.flatMap((event): [string, Span][] => {
          const span = tracing.follow(event.trace, {
            name: 'project event',
            kind: 'internal',
            attributes: {
              'chatgate.projection.events': events.length,
              'chatgate.event.id': event.id,
              'chatgate.event.kind': event.kind,
              'chatgate.gateway.id': event.gateway_id,
              'chatgate.page.id': event.page_id,
            },
          });
          return span ? [[event.id, span]] : [];
        }),
      );
    },
    committed(settled: readonly Settled[]): void {
      for (const ending of settled) {
        spans.get(ending.eventId)?.end({ attributes: attributesOf(ending) });
      }
    },
    /** Nothing of it is committed; the events are tried again, or one is given up. */
    failed(error: unknown): void {
      for (const span of spans.values()) {
        span.end({ error: errorType(error) });
      }
    },
  };
}

function attributesOf(ending: Settled) {
  return ending.state === 'recorded'
    ? {
        'chatgate.event.state': ending.state,
        'chatgate.conversation.id': ending.conversationId ?? undefined,
        'chatgate.event.seq': ending.seq ?? undefined,
      }
    : { 'chatgate.event.state': ending.state, 'chatgate.event.reason': ending.reason };
}
