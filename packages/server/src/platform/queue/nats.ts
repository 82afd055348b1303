/**
 * NATS JetStream as a place to publish to; the only file that knows its client. Nothing depends on
 * a server being up: connecting happens when something is published, and every failure is an ending
 * that the caller handles. The stream is made if it is missing, also when it vanished meanwhile.
 */
import {
  JetStreamApiError,
  type JetStreamClient,
  jetstream,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream';
import {
  connect,
  headers as createHeaders,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import type { Log } from '../log.ts';

export type Published =
  | { readonly kind: 'acknowledged'; readonly sequence: number; readonly duplicate: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

export type NatsMessage = {
  readonly subject: string;
  /** JetStream leaves out a message whose id it saw within its window (two minutes by default). */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type NatsPublisher = {
  /** Waits for the server's acknowledgement. Never throws. */
  readonly publish: (message: NatsMessage) => Promise<Published>;
  readonly state: () => Promise<{
    readonly connected: boolean;
    /** Host and port, without credentials. */
    readonly server: string;
    readonly version: string | null;
    readonly problem: string | null;
  }>;
  readonly close: () => Promise<void>;
};

const ANSWER_WITHIN_MS = 5_000;
const RECONNECT_AFTER_MS = 500;

export function createNatsPublisher(options: {
  url: string;
  stream: string;
  /** What the stream takes in, for example `chatgate.>`. */
  subjects: string;
  log: Log;
}): NatsPublisher {
  const { url, log } = options;
  const server = serverName(url);
  let connecting: Promise<{ nats: NatsConnection; client: JetStreamClient }> | undefined;

  async function open() {
    const nats = await connect({
      ...connectionOptions(url),
      name: 'chatgate',
      timeout: ANSWER_WITHIN_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_AFTER_MS,
    });
    log.info({ server, version: nats.info?.version }, 'nats.connected');
    nats.closed().then(
      () => {
        connecting = undefined;
      },
      () => {
        connecting = undefined;
      },
    );
    return { nats, client: jetstream(nats, { timeout: ANSWER_WITHIN_MS }) };
  }

  function connection() {
    connecting ??= open().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  async function publishOnce(message: NatsMessage): Promise<Published> {
    const { nats, client } = await connection();
    const headers = createHeaders();
    for (const [name, value] of Object.entries(message.headers)) {
      headers.set(name, value);
    }
    const send = () =>
      client.publish(message.subject, message.body, {
        ...{ msgID: message.id, headers, timeout: ANSWER_WITHIN_MS, retries: 0 },
      });
    const ack = await send().catch(async (error: unknown) => {
      if (!isStreamMissing(error)) {
        throw error;
      }
      await ensureStream(nats, options);
      return send();
    });
    return { kind: 'acknowledged', sequence: ack.seq, duplicate: ack.duplicate };
  }

  return {
    async publish(message) {
      try {
        return await publishOnce(message);
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(error) };
      }
    },
    async state() {
      try {
        const { nats } = await connection();
        await nats.rtt();
        await ensureStream(nats, options);
        return { connected: true, server, version: nats.info?.version ?? null, problem: null };
      } catch (error) {
        return { connected: false, server, version: null, problem: reasonOf(error) };
      }
    },
    async close() {
      const open = await connecting?.catch(() => undefined);
      await open?.nats.close();
    },
  };
}

/** Leaves a stream alone that an operator set up, with whatever limits and replicas. */
async function ensureStream(
  nats: NatsConnection,
  { stream, subjects, log }: { stream: string; subjects: string; log: Log },
): Promise<void> {
  const manager = await jetstreamManager(nats, { timeout: ANSWER_WITHIN_MS });
  const found = await manager.streams.find(subjects.replace('>', 'check')).catch(() => undefined);
  if (found === undefined) {
    await manager.streams
      .add({ name: stream, subjects: [subjects], storage: StorageType.File })
      .catch((error: unknown) => {
        // Another replica was quicker.
        if (!(error instanceof JetStreamApiError)) {
          throw error;
        }
      });
    log.info({ stream }, 'nats.stream_created');
  }
}

/** Nobody answers where JetStream would: no stream takes the subject. */
function isStreamMissing(error: unknown): boolean {
  return (
    error instanceof NoRespondersError ||
    (error instanceof RequestError && error.isNoResponders()) ||
    (error instanceof Error && error.cause instanceof NoRespondersError)
  );
}

/** In few words and without the address, which may hold credentials. */
function reasonOf(error: unknown): string {
  if (error instanceof TimeoutError) {
    return 'no acknowledgement in time';
  }
  if (error instanceof JetStreamApiError) {
    return error.message;
  }
  return isStreamMissing(error) ? 'JetStream is not enabled there' : 'not connected';
}

function connectionOptions(url: string) {
  const { username, password } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const scheme = new URL(url).protocol;
  const servers = `${scheme}//${serverName(url)}`;
  if (user === '') {
    return { servers };
  }
  return pass === '' ? { servers, token: user } : { servers, user, pass };
}

const serverName = (url: string) => new URL(url).host || url;
