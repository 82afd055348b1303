import { AppError } from '../../platform/errors.ts';
import { errorType, type Tracing } from '../../platform/tracing/index.ts';
import { MetaError } from '../graph/index.ts';
import { judge } from './send/error-policy.ts';
import type { ReplyRow } from './store.ts';
import type { OutboundDeps } from './types.ts';

const POST_ROUTE = '/api/v1/conversations/{id}/replies';

/** Begins the trace that replies belong to, or goes on with the one of whoever posts them. */
export async function tracePost<T>(
  tracing: Tracing | undefined,
  { conversationId, caller }: { conversationId: string; caller?: string | undefined },
  post: (trace: string | null) => Promise<T>,
): Promise<T> {
  const span = tracing?.begin(
    {
      name: `POST ${POST_ROUTE}`,
      kind: 'server',
      attributes: {
        'http.request.method': 'POST',
        'http.route': POST_ROUTE,
        'chatgate.conversation.id': conversationId,
      },
    },
    caller,
  );
  try {
    const answer = await post(span?.traceparent ?? null);
    span?.end({ attributes: { 'http.response.status_code': 202 } });
    return answer;
  } catch (error) {
    const status = error instanceof AppError ? error.status : 500;
    // What the caller did wrong is no error of ours.
    const ours = status >= 500 ? { error: errorType(error) } : {};
    span?.end({ attributes: { 'http.response.status_code': status }, ...ours });
    throw error;
  }
}

/** One call of the Send API. Meta is not told about the trace: it has no use for it. */
export async function traceSend<T>(
  { tracing, graphUrl }: Pick<OutboundDeps, 'tracing' | 'graphUrl'>,
  row: ReplyRow,
  call: () => Promise<T>,
): Promise<T> {
  const span = tracing?.follow(row.trace, {
    name: `POST ${SEND_PATH}`,
    kind: 'client',
    attributes: {
      'http.request.method': 'POST',
      'http.request.resend_count': row.attempts > 1 ? row.attempts - 1 : undefined,
      'url.template': SEND_PATH,
      'server.address': new URL(graphUrl).hostname,
      ...aboutReply(row),
      'chatgate.page.id': row.page_id,
    },
  });
  try {
    const sent = await call();
    span?.end({ attributes: { 'chatgate.reply.outcome': 'sent' } });
    return sent;
  } catch (error) {
    span?.end(
      error instanceof MetaError
        ? {
            attributes: { 'chatgate.reply.outcome': judge(error, row.attempts).kind },
            error: error.reason ?? `meta_${error.code ?? 'error'}`,
          }
        : { error: errorType(error) },
    );
    throw error;
  }
}

const SEND_PATH = '/{page-id}/messages';

/** Somebody knows now what became of a reply whose call had no answer. */
export function traceSettled(
  { tracing }: Pick<OutboundDeps, 'tracing'>,
  row: ReplyRow,
  by: 'echo' | 'meta' | 'person',
): void {
  const attributes = {
    ...aboutReply(row),
    'chatgate.reply.outcome': 'sent',
    'chatgate.reply.settled_by': by,
  };
  tracing?.follow(row.trace, { name: 'settle reply', kind: 'internal', attributes })?.end();
}

const aboutReply = (row: ReplyRow) => ({
  'chatgate.reply.id': row.id,
  'chatgate.conversation.id': row.conversation_id,
  'chatgate.gateway.id': row.gateway_id,
});
