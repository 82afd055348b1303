import type { Span, Tracing } from '../../../platform/tracing/index.ts';
import type { DestinationRow } from '../destinations/store.ts';

/** What a try is of, and the trace of its event. */
export type Tried = {
  readonly trace: string;
  readonly deliveryId: string;
  readonly attempts: number;
};

type TriedMessage = {
  readonly id: string;
  readonly body: Buffer;
  readonly subject: () => string;
  readonly seq: number | null;
  readonly isReplay: boolean;
  readonly tried?: Tried;
};

type Ended = {
  readonly outcome: string;
  readonly status: number | null;
  readonly problem: string | null;
};

/**
 * One try to deliver, in the trace of its event, however long ago that came. Of an address only
 * scheme, host and port are told: the rest may be what lets us in.
 */
export function beginTry(
  tracing: Tracing,
  row: DestinationRow,
  message: TriedMessage,
): Span | undefined {
  const { tried } = message;
  if (!tried) {
    return undefined;
  }
  const about = {
    'chatgate.destination.id': row.id,
    'chatgate.delivery.id': tried.deliveryId,
    'chatgate.event.id': message.id,
    'chatgate.event.seq': message.seq ?? undefined,
    'chatgate.delivery.replay': message.isReplay,
  };
  if (row.kind === 'nats') {
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': message.subject(),
      'messaging.destination.template': SUBJECT,
      'messaging.message.id': message.id,
      'messaging.message.body.size': message.body.length,
      'chatgate.delivery.attempt': tried.attempts + 1,
      ...about,
    };
    return tracing.follow(tried.trace, {
      name: `publish ${SUBJECT}`,
      kind: 'producer',
      attributes,
    });
  }
  const attributes = {
    'http.request.method': 'POST',
    'http.request.body.size': message.body.length,
    // By the convention there is none for the first.
    'http.request.resend_count': tried.attempts === 0 ? undefined : tried.attempts,
    ...serverOf(row.url ?? ''),
    ...about,
  };
  return tracing.follow(tried.trace, { name: 'POST', kind: 'client', attributes });
}

const SUBJECT = 'chatgate.{gateway}.{page}.{partition}.{conversation}';

export function endTry(span: Span | undefined, { outcome, status, problem }: Ended): void {
  span?.end({
    attributes: {
      'http.response.status_code': status ?? undefined,
      'chatgate.delivery.outcome': outcome,
    },
    error: outcome === 'delivered' ? undefined : errorOf({ outcome, status, problem }),
  });
}

/** A status, one of our words for what went wrong, but no sentence of somebody else's. */
function errorOf({ outcome, status, problem }: Ended) {
  return String(status ?? (problem !== null && /^\w+$/.test(problem) ? problem : outcome));
}

function serverOf(url: string) {
  if (!URL.canParse(url)) {
    return {};
  }
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === 'https:' ? 443 : 80;
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? usual : Number(port),
  };
}
