import type { Clock } from '../../platform/clock.ts';
import type { Receiver } from './types.ts';

/** A change made by another replica is seen after this long at the latest. */
const KEPT_MS = 1_000;

/**
 * Receivers by URI, kept in memory: a webhook call must not wait for a read and three decryptions.
 * Unknown URIs are kept too, or guessing them would cost a read each; the number kept is bounded.
 */
export function createReceiverCache(deps: {
  clock: Clock;
  read: (uri: string) => Promise<Receiver | undefined>;
}) {
  const kept = new Map<string, { receiver: Receiver | undefined; readAt: number }>();
  return {
    async find(uri: string): Promise<Receiver | undefined> {
      const entry = kept.get(uri);
      const now = deps.clock.now();
      if (entry && Math.abs(now - entry.readAt) < KEPT_MS) {
        return entry.receiver;
      }
      const receiver = await deps.read(uri);
      if (kept.size >= 1_000) {
        kept.clear();
      }
      kept.set(uri, { receiver, readAt: now });
      return receiver;
    },
    forget(): void {
      kept.clear();
    },
  };
}
