import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import { isStorable } from '../storable.ts';

/**
 * What the databases cannot keep or look for is a malformed request; it would become a failure of
 * ours. Looks at paths, queries and JSON; raw bodies stay as they are.
 */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', ({ params, query, body }, _reply, done) => {
    const isGood = isStorable([params, query, body]);
    done(isGood ? undefined : new AppError('invalid', 'NUL in a text, or a number beyond 2^53.'));
  });
}
