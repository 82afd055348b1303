import type { Clock } from '../../../platform/clock.ts';
import type { OutgoingHttp } from '../../../platform/outgoing-http/index.ts';
import type { NatsPublisher } from '../../../platform/queue/nats.ts';
import type { Seal } from '../../../platform/seal.ts';
import type { Tracing } from '../../../platform/tracing/index.ts';
import { createKeys } from '../destinations/keys.ts';
import type { DestinationRow } from '../destinations/store.ts';
import { readRetryAfter } from './schedule.ts';
import { type SigningKeys, signedHeaders } from './sign.ts';
import { beginTry, endTry, type Tried } from './trace-try.ts';

/** One event on its way, the same for every kind of destination. */
export type Message = {
  readonly id: string;
  readonly body: Buffer;
  /** Asked for where it goes to NATS. */
  readonly subject: () => string;
  readonly seq: number | null;
  readonly isReplay: boolean;
  /** Set where the event is traced. */
  readonly tried?: Tried;
};

/** How one try ended. */
export type Attempt = {
  readonly outcome: 'delivered' | 'refused' | 'unreachable' | 'blocked';
  readonly at: number;
  readonly tookMs: number;
  readonly target: string;
  readonly status: number | null;
  /** One word or two for a person; null when delivered. */
  readonly problem: string | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string | null;
  readonly retryAfterMs: number | undefined;
  /** 410: the endpoint says that it is gone for good. */
  readonly isGone: boolean;
};

export type Sender = {
  /** The signal ends a request early; what it says then means nothing. */
  readonly send: (
    destination: DestinationRow,
    message: Message,
    signal?: AbortSignal,
  ) => Promise<Attempt>;
  /** What `send` would put beside the body now, a try's own `traceparent` aside. */
  readonly headersFor: (
    destination: DestinationRow,
    message: Message,
  ) => Promise<Record<string, string>>;
};

/** What is kept of an answer: all that may explain a refusal, little of what only says "ok". */
const KEPT_BYTES = 65_536;
const KEPT_OF_SUCCESS_BYTES = 4_096;
const GONE = 410;
const KEPT_SETS_OF_KEYS = 1_000;

export function createSender(deps: {
  clock: Clock;
  seal: Seal;
  outgoing: Pick<OutgoingHttp, 'fetch'>;
  nats: NatsPublisher | undefined;
  elapsed: () => number;
  deadlineMs: number;
  tracing?: Tracing | undefined;
}): Sender {
  const { clock, elapsed, tracing } = deps;
  const keysOf = createKeyCache(deps);

  async function headersFor(
    row: DestinationRow,
    message: Message,
  ): Promise<Record<string, string>> {
    const replay: Record<string, string> = message.isReplay ? { 'chatgate-replay': 'true' } : {};
    if (row.kind === 'nats') {
      const seq: Record<string, string> = message.seq === null ? {} : { seq: String(message.seq) };
      return { 'Nats-Msg-Id': message.id, ...seq, ...replay };
    }
    const keys = keysOf(row);
    const { id, body } = message;
    const timestamp = Math.floor(clock.now() / 1_000);
    return {
      'content-type': 'application/json',
      'user-agent': 'Chatgate/1 (+webhooks)',
      ...(keys ? await signedHeaders(keys, { id, timestamp, body }) : {}),
      ...replay,
    };
  }

  async function post(
    row: DestinationRow,
    { message, headers, signal }: Outgoing,
  ): Promise<Ending> {
    const answer = await deps.outgoing.fetch(row.url ?? '', {
      method: 'POST',
      headers,
      body: message.body,
      maxBytes: KEPT_BYTES,
      overflow: 'cut',
      deadlineMs: deps.deadlineMs,
      ...(signal ? { signal } : {}),
    });
    switch (answer.kind) {
      case 'ok':
        return readAnswer(answer, clock.now());
      case 'blocked':
        return { ...NOTHING, outcome: 'blocked', problem: answer.reason };
      case 'unreachable':
        return { ...NOTHING, outcome: 'unreachable', problem: answer.reason };
      case 'too_large':
        return { ...NOTHING, outcome: 'unreachable', problem: 'answer' };
    }
  }

  async function publish({ message, headers: all }: Outgoing): Promise<Ending> {
    if (!deps.nats) {
      return { ...NOTHING, outcome: 'unreachable', problem: 'NATS_URL is not set' };
    }
    const { 'Nats-Msg-Id': _id, ...headers } = all;
    const ended = await deps.nats.publish({ ...message, subject: message.subject(), headers });
    return ended.kind === 'acknowledged'
      ? { ...NOTHING, outcome: 'delivered', responseHeaders: acknowledgement(ended) }
      : { ...NOTHING, outcome: 'unreachable', problem: ended.reason };
  }

  return {
    headersFor,
    async send(row, message, signal) {
      const [at, startedAt] = [clock.now(), elapsed()];
      const span = tracing && beginTry(tracing, row, message);
      const headers = await headersFor(row, message);
      if (span) {
        headers['traceparent'] = span.traceparent;
      }
      const outgoing = { message, headers, signal };
      const ending = await (row.kind === 'http' ? post(row, outgoing) : publish(outgoing));
      endTry(span, ending);
      const target = row.kind === 'http' ? (row.url ?? '') : message.subject();
      return { ...ending, at, tookMs: Math.max(0, Math.round(elapsed() - startedAt)), target };
    },
  };
}

type Outgoing = {
  readonly message: Message;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal | undefined;
};

type Ending = Omit<Attempt, 'at' | 'tookMs' | 'target'>;

const NOTHING = {
  ...{ status: null, problem: null, responseHeaders: {}, responseBody: null },
  ...{ retryAfterMs: undefined, isGone: false },
} as const;

function acknowledgement(ack: { sequence: number; duplicate: boolean }): Record<string, string> {
  return { sequence: String(ack.sequence), ...(ack.duplicate ? { duplicate: 'true' } : {}) };
}

/** Any 2xx is success; a redirect is a refusal, because following it would send data elsewhere. */
function readAnswer(
  answer: { status: number; headers: Readonly<Record<string, string>>; body: Buffer },
  now: number,
): Ending {
  const { status, headers, body } = answer;
  const isDelivered = status >= 200 && status < 300;
  return {
    outcome: isDelivered ? 'delivered' : 'refused',
    status,
    problem: isDelivered ? null : `answered ${status}`,
    responseHeaders: storableHeaders(headers),
    responseBody: storableText(isDelivered ? body.subarray(0, KEPT_OF_SUCCESS_BYTES) : body),
    retryAfterMs: isDelivered ? undefined : readRetryAfter(headers['retry-after'], now),
    isGone: status === GONE,
  };
}

const KEPT_HEADERS = 50;
const KEPT_OF_HEADER = 500;

/** Cookies of the other side are none of our business, and a log is no place for them. */
function storableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== 'set-cookie')
      .slice(0, KEPT_HEADERS)
      .map(([name, value]) => [name, wellFormed(value).slice(0, KEPT_OF_HEADER)]),
  );
}

/** Null for what is no text, such as a packed body; a character cut in the middle is left out. */
function storableText(body: Buffer): string | null {
  try {
    return wellFormed(new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: true }));
  } catch {
    return null;
  }
}

/** PostgreSQL refuses NUL and half a surrogate pair. */
const wellFormed = (text: string) => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** Unsealing costs more than signing; a key set is kept until the destination changes. */
function createKeyCache({ seal, clock }: { seal: Seal; clock: Clock }) {
  const keys = createKeys(seal);
  const kept = new Map<string, { version: number; until: number; keys: SigningKeys | undefined }>();
  return (row: DestinationRow): SigningKeys | undefined => {
    const now = clock.now();
    const known = kept.get(row.id);
    if (known?.version === row.version && known.until > now) {
      return known.keys;
    }
    if (kept.size >= KEPT_SETS_OF_KEYS) {
      kept.clear();
    }
    const previousUntil = row.previous_secret_until ?? 0;
    const until = previousUntil > now ? previousUntil : Number.POSITIVE_INFINITY;
    const fresh = { version: row.version, until, keys: keys.signing(row, now) };
    kept.set(row.id, fresh);
    return fresh.keys;
  };
}
