import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { addressKey } from './address-key.ts';

const MAX_REMEMBERED = 10_000;

/**
 * Limits calls per address and minute, in this process: against loops and floods, not a quota. It
 * costs no statement; where the limit must hold across replicas, `auth`'s `limitTries` counts behind it.
 */
export function createRateLimit({ clock, perMinute }: { clock: Clock; perMinute: number }) {
  let minute = 0;
  const seen = new Map<string, number>();

  return async (request: FastifyRequest): Promise<void> => {
    const now = clock.now();
    const current = Math.floor(now / 60_000);
    if (current !== minute || seen.size > MAX_REMEMBERED) {
      minute = current;
      seen.clear();
    }
    const key = addressKey(request.ip);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count > perMinute) {
      const seconds = Math.max(1, Math.ceil(((current + 1) * 60_000 - now) / 1000));
      throw new AppError('rate_limited', 'Too many tries. Wait a minute.', {
        details: { retryAfterSeconds: seconds },
      });
    }
  };
}
