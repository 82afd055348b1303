import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import type { Actor } from '../auth/index.ts';

/** Who asks; the guard has let them in already. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) {
    throw new AppError('unauthenticated', 'Sign in first.');
  }
  return request.actor;
}
