/**
 * NATS JetStream as a place to publish to; with `nats-problems.ts` the only file that knows its
 * client. Nothing depends on a server being up: connecting happens when something is published, and
 * every failure is an ending that the caller handles. The stream is made if it is missing, also when
 * it vanished meanwhile.
 */
import { type JetStreamClient, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import {
  type ConnectionOptions,
  connect,
  headers as createHeaders,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { Log } from '../log.ts';
import {
  DisconnectedError,
  isForbidden,
  isStreamMissing,
  natsProblem,
  StreamMissingError,
} from './nats-problems.ts';

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

type Options = {
  readonly url: string;
  readonly stream: string;
  /** What the stream takes in, for example `chatgate.>`. */
  readonly subjects: string;
  readonly log: Log;
  readonly answerWithinMs?: number;
};

type Connection = {
  readonly nats: NatsConnection;
  readonly client: JetStreamClient;
  /** False while the client makes a new connection. */
  readonly isUp: () => boolean;
};

export function createNatsPublisher(options: Options): NatsPublisher {
  const { url } = options;
  const server = serverName(url);
  const timeout = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  let connecting: Promise<Connection> | undefined;

  function connection(): Promise<Connection> {
    connecting ??= open(options, () => {
      connecting = undefined;
    }).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  async function publishOnce(message: NatsMessage): Promise<Published> {
    const { nats, client, isUp } = await connection();
    if (!isUp()) {
      // The client would keep it and send it much later, when it was tried again long ago.
      throw new DisconnectedError('The connection is broken.');
    }
    const headers = createHeaders();
    for (const [name, value] of Object.entries(message.headers)) {
      headers.set(name, value);
    }
    const send = () =>
      client.publish(message.subject, message.body, {
        ...{ msgID: message.id, headers, timeout, retries: 0 },
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
        return { kind: 'failed', reason: natsProblem(error) };
      }
    },
    async state() {
      try {
        const { nats, isUp } = await connection();
        if (!isUp()) {
          throw new DisconnectedError('The connection is broken.');
        }
        const version = nats.info?.version ?? null;
        const problem = await ensureStream(nats, options).then(() => null, natsProblem);
        return { connected: true, server, version, problem };
      } catch (error) {
        return { connected: false, server, version: null, problem: natsProblem(error) };
      }
    },
    async close() {
      const open = await connecting?.catch(() => undefined);
      await open?.nats.close();
    },
  };
}

async function open(options: Options, onClosed: () => void): Promise<Connection> {
  const timeout = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  const nats = await connect({
    ...connectionOptions(options.url),
    ...{ name: 'chatgate', timeout, maxReconnectAttempts: -1 },
    reconnectTimeWait: RECONNECT_AFTER_MS,
  });
  const { log } = options;
  const server = serverName(options.url);
  log.info({ server, version: nats.info?.version }, 'nats.connected');
  nats.closed().then(onClosed, onClosed);
  let isUp = true;
  const watch = async () => {
    for await (const { type } of nats.status()) {
      if (type === 'disconnect' || type === 'reconnect') {
        isUp = type === 'reconnect';
        log.info({ server, isUp }, 'nats.connection_changed');
      }
    }
  };
  watch().catch(onClosed);
  return { nats, client: jetstream(nats, { timeout }), isUp: () => isUp };
}

/**
 * Leaves a stream alone that an operator set up, with whatever limits and replicas. Throws, with
 * what to do, where none takes our subjects and none can be made.
 */
async function ensureStream(nats: NatsConnection, options: Options): Promise<void> {
  const { stream, subjects, log } = options;
  const timeout = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  const missing = (cause: unknown) => {
    const why = cause instanceof Error ? cause.message : 'no answer';
    return new StreamMissingError(
      `no stream takes ${subjects}, and making ${stream} failed (${why}). Make it: nats stream add ${stream} --subjects '${subjects}' --storage file --discard new; or set CHATGATE_NATS_STREAM to another name`,
      { cause },
    );
  };
  const { streams } = await jetstreamManager(nats, { timeout }).catch((error: unknown) => {
    throw isForbidden(error) ? missing(error) : error;
  });
  const isThere = () =>
    streams.find(subjects.replace('>', 'check')).then(
      () => true,
      () => false,
    );
  if (await isThere()) {
    return;
  }
  const added = await streams
    .add({ name: stream, subjects: [subjects], storage: StorageType.File })
    .then(
      () => undefined,
      (cause: unknown) => ({ cause }),
    );
  // Another replica may have been quicker.
  if (added && !(await isThere())) {
    throw missing(added.cause);
  }
  if (!added) {
    log.info({ stream }, 'nats.stream_created');
  }
}

function connectionOptions(url: string): ConnectionOptions {
  const { username, password, protocol } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const servers = `${protocol}//${serverName(url)}`;
  // With `tls://` a server that offers none is refused; with `nats://` it decides.
  const secured = protocol === 'tls:' ? { servers, tls: {} } : { servers };
  if (user === '') {
    return secured;
  }
  return pass === '' ? { ...secured, token: user } : { ...secured, user, pass };
}

const serverName = (url: string) => new URL(url).host || url;
