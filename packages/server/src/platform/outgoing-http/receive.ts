import { NODATA, NOTFOUND, SERVFAIL } from 'node:dns';
import { type Agent, request } from 'undici';
import { BlockedError } from './guarded-agent.ts';
import {
  DEADLINE_MS,
  type Fetched,
  type GuardedFetch,
  type GuardedReceive,
  type Head,
  type NoAnswer,
  type OutgoingRequest,
  type Received,
  type Sink,
  type UnreachableReason,
} from './types.ts';

/** Stands for what the caller's sink threw, so that it is not taken for trouble on the line. */
class SinkError extends Error {
  override readonly name = 'SinkError';
}

/** One exchange. The signal covers everything: undici gives up on connecting, too, when it fires. */
export async function receiveOnce(
  dispatcher: Agent,
  call: { url: URL; outgoing: OutgoingRequest; choose: (head: Head) => Sink | undefined },
): Promise<Received> {
  const { url, outgoing, choose } = call;
  const deadline = AbortSignal.timeout(outgoing.deadlineMs ?? DEADLINE_MS);
  const signal = outgoing.signal ? AbortSignal.any([deadline, outgoing.signal]) : deadline;
  try {
    const response = await request(url, {
      dispatcher,
      signal,
      method: outgoing.method ?? 'GET',
      // Nothing here unpacks a body, so that a small one cannot become a large one.
      headers: { 'accept-encoding': 'identity', ...outgoing.headers },
      ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
    });
    const head = { status: response.statusCode, headers: flatten(response.headers) };
    const body: AsyncIterable<Buffer> & { destroy: () => unknown } = response.body.on(
      'error',
      () => {},
    );
    const sink = choose(head);
    if (sink === undefined) {
      body.destroy();
      return { kind: 'ok', ...head, bytes: 0 };
    }
    const bytes = await pour(body, sink, outgoing.maxBytes);
    return bytes === undefined ? { kind: 'too_large' } : { kind: 'ok', ...head, bytes };
  } catch (error) {
    if (error instanceof SinkError) {
      throw error.cause;
    }
    return explain(error, signal);
  }
}

/** Gives the number of bytes; undefined when there are more than may be. */
async function pour(
  body: AsyncIterable<Buffer>,
  sink: Sink,
  maxBytes: number,
): Promise<number | undefined> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      return undefined;
    }
    let answer: Awaited<ReturnType<Sink>>;
    try {
      answer = await sink(chunk);
    } catch (cause) {
      throw new SinkError('The sink failed.', { cause });
    }
    if (answer === 'enough') {
      return bytes;
    }
  }
  return bytes;
}

/** For answers that fit into memory. */
export async function fetchWith(
  receive: GuardedReceive,
  url: string,
  { overflow = 'refuse', ...outgoing }: Parameters<GuardedFetch>[1],
): Promise<Fetched> {
  const { maxBytes } = outgoing;
  const chunks: Buffer[] = [];
  let kept = 0;
  let isCut = false;
  const limit = overflow === 'cut' ? Number.POSITIVE_INFINITY : maxBytes;
  const answer = await receive(url, { ...outgoing, maxBytes: limit }, () => (chunk) => {
    isCut = kept + chunk.length > maxBytes;
    chunks.push(isCut ? chunk.subarray(0, maxBytes - kept) : chunk);
    kept += chunk.length;
    return isCut ? 'enough' : 'more';
  });
  if (answer.kind !== 'ok') {
    return answer;
  }
  const { kind, status, headers } = answer;
  return { kind, status, headers, body: Buffer.concat(chunks), isCut };
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function explain(error: unknown, signal: AbortSignal): NoAnswer {
  if (error instanceof BlockedError) {
    return { kind: 'blocked', reason: error.reason };
  }
  const reason = signal.aborted ? 'deadline' : readReason(error as Error & { code?: unknown });
  return { kind: 'unreachable', reason };
}

const NAME_CODES = new Set<unknown>([NOTFOUND, NODATA, SERVFAIL, 'ENODATA', 'EAI_AGAIN']);

function readReason({ name, code }: Error & { code?: unknown }): UnreachableReason {
  const text = typeof code === 'string' ? code : '';
  if (NAME_CODES.has(text)) {
    return 'name';
  }
  if (/CERT|^ERR_(TLS|SSL)|^UNABLE_TO_|^EPROTO$/.test(text)) {
    return 'tls';
  }
  const isGarbled =
    name === 'HTTPParserError' || /^UND_ERR_(SOCKET|HEADERS_OVERFLOW|RES_)/.test(text);
  return isGarbled ? 'answer' : 'connection';
}
