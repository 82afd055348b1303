import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';

const MAX_REMEMBERED = 10_000;

/**
 * Limits calls per address and minute, in this process: against loops and guessing, not a quota.
 * With several replicas the limit is per replica.
 */
export function createRateLimit({ clock, perMinute }: { clock: Clock; perMinute: number }) {
  let minute = 0;
  const seen = new Map<string, number>();

  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const now = clock.now();
    const current = Math.floor(now / 60_000);
    if (current !== minute || seen.size > MAX_REMEMBERED) {
      minute = current;
      seen.clear();
    }
    const count = (seen.get(request.ip) ?? 0) + 1;
    seen.set(request.ip, count);
    if (count > perMinute) {
      const seconds = Math.max(1, Math.ceil(((current + 1) * 60_000 - now) / 1000));
      reply.header('retry-after', seconds);
      throw new AppError('rate_limited', 'Too many tries. Wait a minute.', {
        details: { retryAfterSeconds: seconds },
      });
    }
  };
}
