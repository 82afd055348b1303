import type { Agent } from 'undici';
import { type Choose, Exchange } from './exchange.ts';
import {
  DEADLINE_MS,
  type Fetched,
  type GuardedFetch,
  type GuardedReceive,
  type OutgoingRequest,
  type Received,
} from './types.ts';

/**
 * One exchange. The deadline covers everything: when it is over nobody waits any more, whatever the
 * connection is at; a request that still waits for one is then dropped before it is sent.
 */
export function receiveOnce(
  agent: Agent,
  { url, outgoing, choose }: { url: URL; outgoing: OutgoingRequest; choose: Choose },
): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const { signal, maxBytes } = outgoing;
  const exchange = new Exchange({ choose, maxBytes, resolve, reject });
  const giveUp = () => exchange.breakOff({ kind: 'unreachable', reason: 'deadline' });
  const timer = setTimeout(giveUp, outgoing.deadlineMs ?? DEADLINE_MS).unref();
  // Named first, so that V8 does not keep the whole exchange for old (docs/adr/0031).
  const ended = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  };
  exchange.onEnd = ended;
  if (signal?.aborted) {
    giveUp();
    return promise;
  }
  signal?.addEventListener('abort', giveUp);
  agent.dispatch(
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: outgoing.method ?? 'GET',
      // Nothing here unpacks a body, so that a small one cannot become a large one.
      headers: { 'accept-encoding': 'identity', ...outgoing.headers },
      body: outgoing.body ?? null,
    },
    exchange,
  );
  return promise;
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
