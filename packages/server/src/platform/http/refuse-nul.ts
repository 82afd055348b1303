import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * A text with NUL is a malformed request: PostgreSQL can neither keep it nor look for it, and would
 * make it a failure of ours. Looks at paths, queries and JSON; raw bodies stay as they are.
 */
export function refuseNul(app: FastifyInstance): void {
  app.addHook('preValidation', ({ params, query, body }, _reply, done) => {
    const isBad = holdsNul([params, query, body]);
    done(isBad ? new AppError('invalid', 'A text must not hold the character NUL.') : undefined);
  });
}

/** Not recursive: a megabyte of brackets is deeper than the stack. */
function holdsNul(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string') {
      if (one.includes('\0')) {
        return true;
      }
    } else if (typeof one === 'object' && one !== null && !Buffer.isBuffer(one)) {
      for (const [key, member] of Object.entries(one)) {
        left.push(key, member);
      }
    }
  }
  return false;
}
