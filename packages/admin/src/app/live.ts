import type { QueryClient } from '@tanstack/react-query';
import { apiUrl } from '../shared/api/http.ts';
import { setLiveState } from '../shared/live-state.ts';
import { parseLiveEvent, staleAfter } from './live-keys.ts';
import { canGrowOld } from './query-client.ts';

const CHANNEL = 'chatgate.live';
const GATHER_MS = 150;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Keeps what is on the screen true. One stream per browser: the tab that holds the lock reads it
 * and passes each line on to the others; when it closes, the next tab takes over and everything is
 * read again, because nobody knows what was missed. Where the browser has no locks (plain http on
 * another host), each tab reads a stream of its own.
 */
export function startLive(client: QueryClient): () => void {
  const invalidate = gatherInvalidations(client);
  const channel = new BroadcastChannel(CHANNEL);
  const ended = new AbortController();
  const receive = (line: string) => {
    const event = parseLiveEvent(line);
    if (event === undefined) return;
    if (event.type === 'refresh.progressed') {
      client.setQueryData(['refresh', event.gatewayId, 'current'], event.jobId);
    }
    invalidate(staleAfter(event));
  };
  channel.onmessage = (message: MessageEvent<unknown>) => {
    if (typeof message.data === 'string') receive(message.data);
  };
  const pass = (line: string) => {
    receive(line);
    channel.postMessage(line);
  };
  if (navigator.locks === undefined) {
    void readStream(receive, ended.signal);
  } else {
    navigator.locks
      .request(CHANNEL, { signal: ended.signal }, () => readStream(pass, ended.signal))
      .catch(() => undefined); // The wait for the lock was ended with the session.
  }
  return () => {
    ended.abort();
    channel.close();
    setLiveState('idle');
  };
}

/** Reads until the signal ends it; resolves then, which frees the lock. */
function readStream(receive: (line: string) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = FIRST_RETRY_MS;
    let interrupted = false;

    const open = () => {
      source = new EventSource(apiUrl('/events/stream'));
      source.onopen = () => {
        retryMs = FIRST_RETRY_MS;
        setLiveState('live');
        // The browser resumes by Last-Event-ID only within one EventSource.
        if (interrupted) receive('{"type":"resync"}');
        interrupted = false;
      };
      source.onmessage = (message: MessageEvent<unknown>) => {
        if (typeof message.data === 'string') receive(message.data);
      };
      source.onerror = () => {
        setLiveState('lost');
        if (source?.readyState !== EventSource.CLOSED) return;
        interrupted = true;
        timer = setTimeout(open, retryMs);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      };
    };
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      source?.close();
      resolve();
    });
    if (signal.aborted) resolve();
    else open();
  });
}

/**
 * A burst of events (200 messages) becomes few readings per list, not two hundred; and a reading
 * under way is never cut short by the next event, or a busy list would never finish one.
 */
function gatherInvalidations(client: QueryClient) {
  const waiting = new Map<string, readonly unknown[]>();
  const reading = new Set<string>();
  let isScheduled = false;

  const read = (name: string, queryKey: readonly unknown[]) => {
    waiting.delete(name);
    reading.add(name);
    void client.invalidateQueries({ queryKey, predicate: canGrowOld }).finally(() => {
      reading.delete(name);
      if (waiting.size > 0) schedule();
    });
  };
  const flush = () => {
    isScheduled = false;
    for (const [name, queryKey] of waiting) {
      if (!reading.has(name)) read(name, queryKey);
    }
  };
  const schedule = () => {
    if (!isScheduled) setTimeout(flush, GATHER_MS);
    isScheduled = true;
  };
  return (stale: ReturnType<typeof staleAfter>) => {
    const keys = stale === 'everything' ? [[]] : stale;
    for (const key of keys) waiting.set(JSON.stringify(key), key);
    schedule();
  };
}
