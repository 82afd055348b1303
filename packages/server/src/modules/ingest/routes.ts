import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
  /** Hears of every POST that was answered. */
  answered: (status: number) => void;
};

type Handshake = {
  Params: { uri: string };
  Querystring: Record<string, unknown>;
};

/**
 * Meta's side of the house: a Fastify scope of its own. It must be registered on an app that has no
 * plugins or hooks of its own, since each of them costs every event.
 */
export function registerCallbacks(app: FastifyInstance, deps: Deps): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    // A 400 for a media type nobody expected would be a delivery failure of our own making.
    scope.addHook('onRequest', (request, _reply, next) => {
      delete request.raw.headers['content-type'];
      next();
    });
    scope.setErrorHandler((error, request, reply) => sendError({ error, request, reply, deps }));
    scope.get<Handshake>('/meta/:uri/webhook', async (request, reply) => {
      const challenge = await shakeHands(deps, request.params.uri, request.query);
      return reply
        .type('text/plain; charset=utf-8')
        .header('x-content-type-options', 'nosniff')
        .send(challenge);
    });
    scope.post<{ Params: { uri: string } }>(
      '/meta/:uri/webhook',
      { bodyLimit: MAX_BODY_BYTES },
      async (request, reply) => {
        await receive(deps, request);
        deps.answered(200);
        return reply.type('text/plain; charset=utf-8').send('EVENT_RECEIVED');
      },
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

async function receive(deps: Deps, request: FastifyRequest<{ Params: { uri: string } }>) {
  const receiver = await loadReceiver(deps, request.params.uri);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const header = request.headers['x-hub-signature-256'];
  if (!isSigned(body, header, receiver.appSecrets)) {
    const { gatewayId } = receiver;
    deps.log.warn({ gatewayId, bytes: body.length, sent: header !== undefined }, 'event.refused');
    throw new AppError('signature_invalid', 'X-Hub-Signature-256 is missing or does not match.');
  }
  const { traceparent } = request.headers;
  await deps.accept(
    receiver.gatewayId,
    body,
    typeof traceparent === 'string' ? traceparent : undefined,
  );
}

/** Nothing but the documented answers: what is not the caller's fault is a 503, and Meta repeats. */
function sendError(context: {
  error: unknown;
  request: FastifyRequest;
  reply: FastifyReply;
  deps: Deps;
}): FastifyReply {
  const { error, request, reply, deps } = context;
  const known = toAppError(error);
  if (request.method === 'POST') {
    deps.answered(known.status);
  }
  if (known.code === 'too_large') {
    deps.log.error({ bytes: request.headers['content-length'] }, 'event.refused');
  } else if (known.code === 'unavailable') {
    deps.log.error({ err: error, requestId: request.id }, 'event.refused');
    reply.header('retry-after', '2');
  }
  return reply
    .code(known.status)
    .type('application/json; charset=utf-8')
    .send({ error: { code: known.code, message: known.message, requestId: request.id } });
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) {
    return new AppError('too_large', 'The body is larger than 8 MiB.', { cause: error });
  }
  return typeof status === 'number' && status >= 400 && status < 500
    ? new AppError('invalid', 'The request is not well-formed.', { cause: error })
    : new AppError('unavailable', 'Nothing can be stored right now.', { cause: error });
}
