import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Secret } from '../../platform/secret.ts';
import { isSame, isSigned } from './signature.ts';

/** Meta batches up to 1,000 updates in a POST; a 413 would repeat until it unsubscribes the Page. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const CHALLENGE = /^[\w.~-]{1,256}$/;

export type Receiver = {
  readonly gatewayId: string;
  readonly verifyToken: Secret;
  readonly appSecrets: readonly Secret[];
};

type Deps = {
  log: Log;
  findReceiver: (uri: string) => Promise<Receiver | undefined>;
  noteHandshake: (gatewayId: string, works: boolean) => Promise<void>;
  /** Resolves when the events of the body are durable. `caller`: the header `traceparent`. */
  accept: (gatewayId: string, body: Buffer, caller: string | undefined) => Promise<void>;
  nextRequestId: () => string;
  /** Hears of every POST that was answered. */
  answered: (status: number) => void;
};

type Delivery = { Params: { uri: string } };
type Handshake = Delivery & { Querystring: Record<string, unknown> };

const TAKEN = 'EVENT_RECEIVED';
const TAKEN_HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'content-length': Buffer.byteLength(TAKEN),
};

/**
 * Meta's side of the house: a Fastify scope of its own. It must be registered on an app that has no
 * plugins or hooks of its own, since each of them costs every event.
 */
export function registerCallbacks(app: FastifyInstance, deps: Deps): void {
  app.register((scope, _options, done) => {
    // An id is made when there is something to tell: each costs 0.7 µs.
    scope.setGenReqId(() => '');
    scope.setErrorHandler((error, request, reply) => {
      const { status, headers, text } = describe(deps, error, request);
      return reply.code(status).headers(headers).send(text);
    });
    scope.get<Handshake>('/meta/:uri/webhook', async (request, reply) => {
      const challenge = await shakeHands(deps, request.params.uri, request.query);
      return reply
        .type('text/plain; charset=utf-8')
        .header('x-content-type-options', 'nosniff')
        .send(challenge);
    });
    scope.post<Delivery>(
      '/meta/:uri/webhook',
      {
        // Past Fastify's reading and answering, 4 of the 21 µs that an event costs this thread; so
        // no media type is looked at either: a 400 for an odd one would be a failure of our making.
        onRequest: (request, reply) => {
          reply.hijack();
          void answer(deps, request, reply.raw);
        },
      },
      async () => undefined,
    );
    done();
  });
}

async function loadReceiver(deps: Deps, uri: string): Promise<Receiver> {
  const receiver = await deps.findReceiver(uri);
  if (!receiver) {
    throw new AppError('not_found', 'No such gateway.');
  }
  return receiver;
}

async function shakeHands(deps: Deps, uri: string, query: Record<string, unknown>) {
  const receiver = await loadReceiver(deps, uri);
  const token = query['hub.verify_token'];
  const expected = Buffer.from(receiver.verifyToken.reveal());
  if (typeof token !== 'string' || token === '' || !isSame(Buffer.from(token), expected)) {
    deps.log.warn({ gatewayId: receiver.gatewayId }, 'handshake.refused');
    await deps.noteHandshake(receiver.gatewayId, false);
    throw new AppError('verify_token_wrong', 'The verify token is not the one of this gateway.');
  }
  const challenge = query['hub.challenge'];
  if (
    query['hub.mode'] !== 'subscribe' ||
    typeof challenge !== 'string' ||
    !CHALLENGE.test(challenge)
  ) {
    throw new AppError('invalid', 'hub.mode or hub.challenge is missing or malformed.');
  }
  await deps.noteHandshake(receiver.gatewayId, true);
  deps.log.info({ gatewayId: receiver.gatewayId }, 'handshake.answered');
  return challenge;
}

/** Never rejects. */
async function answer(
  deps: Deps,
  request: FastifyRequest<Delivery>,
  response: ServerResponse,
): Promise<void> {
  try {
    await receive(deps, request);
    deps.answered(200);
    response.writeHead(200, TAKEN_HEADERS).end(TAKEN);
  } catch (error) {
    const { status, headers, text } = describe(deps, error, request);
    deps.answered(status);
    response.writeHead(status, headers).end(text);
  }
}

async function receive(deps: Deps, { raw, params }: FastifyRequest<Delivery>): Promise<void> {
  const body = await readBody(raw);
  const receiver = await loadReceiver(deps, params.uri);
  const header = raw.headers['x-hub-signature-256'];
  if (!isSigned(body, header, receiver.appSecrets)) {
    const { gatewayId } = receiver;
    deps.log.warn({ gatewayId, bytes: body.length, sent: header !== undefined }, 'event.refused');
    throw new AppError('signature_invalid', 'X-Hub-Signature-256 is missing or does not match.');
  }
  const { traceparent } = raw.headers;
  await deps.accept(
    receiver.gatewayId,
    body,
    typeof traceparent === 'string' ? traceparent : undefined,
  );
}

/** The bytes as they travel. Throws `too_large` as soon as that is known. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = () => {
      request.removeAllListeners('data');
      reject(new AppError('too_large', 'The body is larger than 8 MiB.'));
    };
    if (Number(request.headers['content-length']) > MAX_BODY_BYTES) {
      refuse();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        refuse();
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks, size)));
    // Cut off: nobody is there to be answered, but it is counted.
    request.on('error', (cause) =>
      reject(new AppError('invalid', 'The request is not well-formed.', { cause })),
    );
  });
}

/** Nothing but the documented answers: what is not the caller's fault is a 503, and Meta repeats. */
function describe(deps: Deps, error: unknown, request: FastifyRequest) {
  const known = toAppError(error);
  const requestId = deps.nextRequestId();
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (known.code === 'too_large') {
    deps.log.error({ bytes: request.headers['content-length'] }, 'event.refused');
  } else if (known.code === 'unavailable') {
    deps.log.error({ err: error, requestId }, 'event.refused');
    headers['retry-after'] = '2';
  }
  const { code, message, status } = known;
  return { status, headers, text: JSON.stringify({ error: { code, message, requestId } }) };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new AppError('invalid', 'The request is not well-formed.', { cause: error })
    : new AppError('unavailable', 'Nothing can be stored right now.', { cause: error });
}
