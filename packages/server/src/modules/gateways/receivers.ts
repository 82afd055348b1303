import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import type { Receiver } from './types.ts';

/** A change made by another replica is seen after this long at the latest. */
const KEPT_MS = 1_000;
/** Meta waits for five seconds in all. */
const READ_WITHIN_MS = 1_500;

type Reading = Promise<Receiver | undefined>;

/**
 * Receivers by URI, kept in memory: a webhook call must not wait for a read and three decryptions.
 * Unknown URIs are kept too, or guessing them would cost a read each; the number kept is bounded.
 * All that ask at once share one reading, so that a database that stands still is asked once.
 */
export function createReceiverCache(deps: {
  clock: Clock;
  read: (uri: string) => Reading;
  readWithinMs?: number;
}) {
  const kept = new Map<string, { receiver: Receiver | undefined; readAt: number }>();
  const underWay = new Map<string, Reading>();

  function keep(uri: string, receiver: Receiver | undefined, readAt: number): void {
    if (kept.size >= 1_000) {
      kept.clear();
    }
    kept.set(uri, { receiver, readAt });
  }

  async function readAndKeep(uri: string): Promise<Receiver | undefined> {
    const readAt = deps.clock.now();
    // Noted before it can end.
    await undefined;
    const own = underWay.get(uri);
    const isForgotten = () => underWay.get(uri) !== own;
    try {
      const receiver = await deps.read(uri);
      if (!isForgotten()) {
        keep(uri, receiver, readAt);
      }
      return receiver;
    } finally {
      if (!isForgotten()) {
        underWay.delete(uri);
      }
    }
  }

  return {
    /** Throws when the database does not answer in time. */
    async find(uri: string): Promise<Receiver | undefined> {
      const entry = kept.get(uri);
      if (entry && Math.abs(deps.clock.now() - entry.readAt) < KEPT_MS) {
        return entry.receiver;
      }
      const reading = underWay.get(uri) ?? readAndKeep(uri);
      underWay.set(uri, reading);
      return within(deps.readWithinMs ?? READ_WITHIN_MS, reading);
    },
    /** What was read before counts no more, nor what is being read. */
    forget(): void {
      kept.clear();
      underWay.clear();
    },
  };
}
