import { AppError } from '../../platform/errors.ts';
import { errorType, type Span, type Tracing } from '../../platform/tracing/index.ts';

/** Begins the trace that everything about the events of a POST belongs to. */
export function tracingIntake(
  tracing: Tracing,
  accept: (gatewayId: string, body: Buffer, trace: string | null) => Promise<void>,
): (gatewayId: string, body: Buffer, caller?: string | undefined) => Promise<void> {
  return async (gatewayId, body, caller) => {
    const span = tracing.begin(
      {
        name: 'POST /meta/{uri}/webhook',
        kind: 'server',
        attributes: {
          'http.request.method': 'POST',
          // The URI of a gateway is not told to everybody.
          'http.route': '/meta/{uri}/webhook',
          'http.request.body.size': body.length,
          'chatgate.gateway.id': gatewayId,
        },
      },
      caller,
    );
    try {
      await accept(gatewayId, body, span?.traceparent ?? null);
      span?.end({ attributes: { 'http.response.status_code': 200 } });
    } catch (error) {
      const status = error instanceof AppError ? error.status : 503;
      span?.end({
        attributes: { 'http.response.status_code': status },
        error: String(status),
      });
      throw error;
    }
  };
}

/** Within each of these POSTs: the commit that it shares with the others. */
export async function traceCommit<T>(
  tracing: Tracing | undefined,
  posts: readonly { readonly trace: string | null }[],
  commit: () => Promise<T>,
): Promise<T> {
  if (!tracing) {
    return commit();
  }
  const spans = posts.flatMap(({ trace }): Span[] => {
    const span = tracing.follow(trace, {
      name: 'commit events',
      kind: 'internal',
      attributes: { 'chatgate.commit.posts': posts.length },
    });
    return span ? [span] : [];
  });
  const endAll = (error?: string) => {
    for (const span of spans) {
      span.end({ error });
    }
  };
  try {
    const stored = await commit();
    endAll();
    return stored;
  } catch (error) {
    endAll(errorType(error));
    throw error;
  }
}
