import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export type Ids = { readonly next: <P extends string>(prefix: P) => `${P}_${string}` };

/** One call for randomness costs 5 µs however little it asks for; ids of many events share it. */
const POOL_BYTES = 2_048;
const TAIL_BYTES = 8;

/**
 * UUIDv7 with a prefix (RFC 9562 section 5.7). Ids of one process sort in the order they were made:
 * within a millisecond, or when the clock steps back, the 12 bits after the version count up
 * (section 6.2, method 1) and an overflow borrows the next millisecond.
 */
export function createIds({ clock, random }: { clock: Clock; random: Random }): Ids {
  let lastMs = 0;
  let counter = 0;
  let time = '';
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;

  function take(bytes: number): number {
    if (used + bytes > pool.length) {
      pool = random.bytes(POOL_BYTES);
      used = 0;
    }
    used += bytes;
    return used - bytes;
  }

  function tail(): string {
    const at = take(TAIL_BYTES);
    pool[at] = ((pool[at] ?? 0) & 0x3f) | 0x80;
    const hex = pool.toString('hex', at, at + TAIL_BYTES);
    return `${hex.slice(0, 4)}-${hex.slice(4)}`;
  }

  function startMillisecond(ms: number, count: number): void {
    lastMs = ms;
    counter = count;
    const text = ms.toString(16).padStart(12, '0');
    time = `${text.slice(0, 8)}-${text.slice(8)}`;
  }

  return {
    next(prefix) {
      const now = clock.now();
      if (now > lastMs) {
        const at = take(1);
        startMillisecond(now, pool[at] ?? 0);
      } else if (counter === 0xfff) {
        startMillisecond(lastMs + 1, 0);
      } else {
        counter += 1;
      }
      return `${prefix}_${time}-7${counter.toString(16).padStart(3, '0')}-${tail()}`;
    },
  };
}

/** Sorts before every id that is made at that time or later. */
export const firstIdOf = (prefix: string, at: number): string => {
  const time = Math.max(0, at).toString(16).padStart(12, '0');
  return `${prefix}_${time.slice(0, 8)}-${time.slice(8)}`;
};
