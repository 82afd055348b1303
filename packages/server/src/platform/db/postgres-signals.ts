import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { SignalListener, Signals } from './signals.ts';

/** Committing a NOTIFY takes a lock of the whole server: at most a hundred a second per process. */
const DEBOUNCE_MS = 10;
/** PostgreSQL takes less than 8,000 bytes. */
const MAX_BYTES = 7_000;
const RECONNECT_MS = 500;
const MISSED = 'missed';

/** What travels in one NOTIFY: who says it, then topic and text in turns. */
type Notice = { readonly from: string; readonly said: readonly (readonly [string, string])[] };

/**
 * Signals by LISTEN and NOTIFY: one connection that only listens and reconnects by itself; what is
 * sent is collected, without repetitions, and leaves outside every transaction. What does not fit,
 * and what could not be sent, becomes "you may have missed something", so that a loss is never
 * silent. https://www.postgresql.org/docs/current/sql-notify.html
 */
export function createPostgresSignals(options: {
  url: string;
  channel: string;
  /** Distinguishes this process from the others. */
  from: string;
  notify: (channel: string, payload: string) => Promise<void>;
}): Signals & { close: () => Promise<void> } {
  const { channel, from } = options;
  const listeners = new Map<string, SignalListener[]>();
  const outbox = createOutbox(options);
  const closing = new AbortController();
  let listening: Promise<void> | undefined;
  let client: Client | undefined;

  function receive(payload: string): void {
    const notice: Notice = JSON.parse(payload);
    if (notice.from === from) {
      return;
    }
    for (const [topic, text] of notice.said) {
      if (topic === MISSED) {
        tellMissed();
      }
      for (const { heard } of listeners.get(topic) ?? []) {
        heard(text);
      }
    }
  }

  function tellMissed(): void {
    for (const { missed } of [...listeners.values()].flat()) {
      missed();
    }
  }

  /** Resolves when the connection is gone. */
  async function listenOnce(): Promise<void> {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    client = new Client({
      connectionString: options.url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => resolve());
    client.on('end', () => resolve());
    client.on('notification', ({ payload }) => receive(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      // Whatever was said until now went past this process.
      tellMissed();
      await gone;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async function listenAlways(): Promise<void> {
    while (!closing.signal.aborted) {
      // Polling goes on meanwhile; the pool reports that the database is gone.
      await listenOnce().catch(() => {});
      await pause(RECONNECT_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    send: outbox.send,
    settled: outbox.settled,
    listen(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
      listening ??= listenAlways();
    },
    async close() {
      closing.abort();
      await client?.end().catch(() => {});
      await listening;
      await outbox.settled();
    },
  };
}

function createOutbox(options: {
  channel: string;
  from: string;
  notify: (channel: string, payload: string) => Promise<void>;
}): Pick<Signals, 'send' | 'settled'> {
  const waiting = new Map<string, readonly [string, string]>();
  let leaving: Promise<void> | undefined;
  let owesMissed = false;

  async function leave(): Promise<void> {
    while (waiting.size > 0 || owesMissed) {
      await pause(DEBOUNCE_MS);
      const said = [...waiting.values()];
      waiting.clear();
      const payload = pack(options.from, owesMissed ? [[MISSED, '']] : said);
      owesMissed = false;
      try {
        await options.notify(options.channel, payload);
      } catch {
        owesMissed = true;
        // Said with the next one: the database is gone, and trying again and again helps nobody.
        break;
      }
    }
    leaving = undefined;
  }

  return {
    send(topic, text = '') {
      waiting.set(`${topic} ${text}`, [topic, text]);
      leaving ??= leave();
    },
    async settled() {
      await leaving;
    },
  };
}

function pack(from: string, said: Notice['said']): string {
  const payload = JSON.stringify({ from, said } satisfies Notice);
  return Buffer.byteLength(payload) <= MAX_BYTES
    ? payload
    : JSON.stringify({ from, said: [[MISSED, '']] } satisfies Notice);
}
