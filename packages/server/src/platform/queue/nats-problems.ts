/** What went wrong at NATS, in words that say what to do. None holds the address or a credential. */
import { JetStreamApiError } from '@nats-io/jetstream';
import {
  AuthorizationError,
  InvalidArgumentError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node';

/** The stream is missing and could not be made, or another one stands in the way. */
export class StreamMissingError extends Error {
  override readonly name = 'StreamMissingError';
}

/** The connection is broken at this moment; the client makes a new one by itself. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError';
}

/** Nobody answers where JetStream would: no stream takes the subject. */
export function isStreamMissing(error: unknown): boolean {
  return chain(error).some(
    (each) =>
      each instanceof NoRespondersError || (each instanceof RequestError && each.isNoResponders()),
  );
}

/** The user may not publish, or may not ask about streams; the client wraps what the server said. */
export const isForbidden = (error: unknown): boolean =>
  chain(error).some((each) => each instanceof PermissionViolationError);

export function natsProblem(error: unknown): string {
  const all = chain(error);
  for (const [fits, words] of WORDS) {
    const found = all.find(fits);
    if (found) {
      return typeof words === 'string' ? words : words(found);
    }
  }
  return 'not connected: nobody answers at NATS_URL';
}

const isA =
  (...kinds: readonly (abstract new (...args: never[]) => Error)[]) =>
  (error: Error) =>
    kinds.some((kind) => error instanceof kind);

const hasCode = (pattern: RegExp) => (error: Error & { code?: unknown }) =>
  typeof error.code === 'string' && pattern.test(error.code);

const WORDS: readonly (readonly [
  fits: (error: Error) => boolean,
  words: string | ((error: Error) => string),
])[] = [
  [isA(StreamMissingError), (error) => error.message],
  [
    // Its class is not exported.
    ({ name }) => name === 'JetStreamNotEnabled',
    'JetStream is not enabled there: start nats-server with -js, or with jetstream {} in its configuration',
  ],
  [
    isA(AuthorizationError, UserAuthenticationExpiredError),
    'the server refuses the user, password or token in NATS_URL',
  ],
  [
    isA(PermissionViolationError),
    'the server forbids this user to publish: it needs chatgate.> and, to make the stream, $JS.API.>',
  ],
  [hasCode(/CERT|^ERR_(TLS|SSL)|^UNABLE_TO_|^EPROTO$/), 'its TLS certificate is not trusted here'],
  [(error) => /\btls\b/i.test(error.message), 'NATS_URL wants TLS and the server offers none'],
  [
    isA(InvalidArgumentError),
    'the event is longer than the max_payload of the server (1 MB unless its configuration says more)',
  ],
  [isA(TimeoutError), 'no acknowledgement in time'],
  [isA(JetStreamApiError), (error) => `JetStream says: ${error.message}`],
  [isStreamMissing, 'no stream takes the subject'],
  [isA(DisconnectedError), 'not connected: the connection is being made again'],
];

/** An error, what caused it, and so on. */
function chain(error: unknown): Error[] {
  const found: Error[] = [];
  for (let each = error; each instanceof Error && found.length < 8; each = each.cause) {
    found.push(each);
  }
  return found;
}
