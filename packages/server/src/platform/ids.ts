import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export type Ids = { readonly next: <P extends string>(prefix: P) => `${P}_${string}` };

/**
 * UUIDv7 with a prefix (RFC 9562 section 5.7). Ids of one process sort in the order they were made:
 * within a millisecond, or when the clock steps back, the 12 bits after the version count up
 * (section 6.2, method 1) and an overflow borrows the next millisecond.
 */
export function createIds({ clock, random }: { clock: Clock; random: Random }): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    next(prefix) {
      const now = clock.now();
      if (now > lastMs) {
        lastMs = now;
        counter = random.bytes(1)[0] ?? 0;
      } else if (counter === 0xfff) {
        lastMs += 1;
        counter = 0;
      } else {
        counter += 1;
      }
      const time = lastMs.toString(16).padStart(12, '0');
      const tail = random.bytes(8);
      tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
      const rest = tail.toString('hex');
      const count = counter.toString(16).padStart(3, '0');
      return `${prefix}_${time.slice(0, 8)}-${time.slice(8)}-7${count}-${rest.slice(0, 4)}-${rest.slice(4)}`;
    },
  };
}
