import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { declaredErrors } from './declared-errors.ts';

/** Fastify's own failures, as codes of ours. Anything else below 500 is a malformed request. */
const CODE_OF_FASTIFY: Readonly<Record<string, 'too_large' | 'invalid'>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
};

/**
 * What to do with a code that its route does not declare. Whoever called gets it all the same, and
 * the log says that the description is wrong; tests refuse it, so that none is overlooked.
 */
export type Undeclared = 'tell' | 'refuse';

/** Every failure leaves as `{error: {code, message, requestId, details?}}`. Set before any route. */
export function handleErrors(
  app: FastifyInstance,
  { log, undeclared }: { log: Log; undeclared: Undeclared },
): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    send(reply, request, new AppError('not_found', 'There is nothing at this address.')),
  );

  function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
    if (error instanceof AppError) {
      if (error.status >= 500) {
        log.warn({ requestId: request.id, code: error.code, err: error }, 'request.failed');
      }
      return send(reply, request, error);
    }
    if (error.validation || (error.statusCode !== undefined && error.statusCode < 500)) {
      const code = error.statusCode === 429 ? 'rate_limited' : CODE_OF_FASTIFY[error.code];
      return send(reply, request, new AppError(code ?? 'invalid', error.message, { cause: error }));
    }
    log.error(
      { requestId: request.id, route: request.routeOptions.url, err: error },
      'request.crashed',
    );
    const internal = new AppError('internal', 'Something went wrong here. It has been logged.');
    return send(reply, request, internal);
  }

  function send(reply: FastifyReply, request: FastifyRequest, error: AppError): FastifyReply {
    if (isDeclared(request, error)) {
      return answer(reply, request, error);
    }
    const route = `${request.method} ${request.routeOptions.url}`;
    log.error({ requestId: request.id, route, code: error.code }, 'answer.undeclared');
    const words = `${route} answered "${error.code}": add it to \`errors\` in the schema of the route.`;
    const answered = undeclared === 'refuse' ? new AppError('internal', words) : error;
    return answer(reply, request, answered);
  }
}

/** Only routes of the API declare what they answer; Meta's callbacks and the site do not. */
function isDeclared({ method, routeOptions }: FastifyRequest, { code }: AppError): boolean {
  const { config, schema } = routeOptions;
  const { access } = config;
  return access === undefined || declaredErrors({ method, access, schema }).includes(code);
}

function answer(reply: FastifyReply, request: FastifyRequest, error: AppError): FastifyReply {
  const seconds = error.details?.['retryAfterSeconds'];
  if (typeof seconds === 'number') {
    reply.header('retry-after', seconds);
  }
  return reply.code(error.status).send({
    error: {
      code: error.code,
      message: error.message,
      requestId: request.id,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  });
}
