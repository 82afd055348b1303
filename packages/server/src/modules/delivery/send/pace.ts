/**
 * What a process knows of one destination between two looks at the database: how many requests are
 * open, how many more it may take, and whether its failures are its own or those of one message.
 *
 * Starts with a few requests at a time, doubles with what succeeds, halves with what fails: a
 * destination that hangs holds few sockets, whoever is quick gets many. When conversations fail one
 * after the other and nothing succeeds in between, it is the destination and not the message: all
 * of it pauses, so that waiting burns nobody's tries (`trips`).
 */
export type Pace = {
  /** How many more deliveries may start now; few where all destinations together hold much. */
  readonly room: (isScarce: boolean) => number;
  /** Whether any is under way. */
  readonly isOpen: () => boolean;
  readonly started: () => void;
  readonly ended: () => void;
  readonly succeeded: () => void;
  /** True when this failure says that the destination as a whole does not work. */
  readonly failed: (queueKey: string) => boolean;
};

const FIRST_LIMIT = 4;
/** Failing conversations in a row that make it the destination's fault. */
const TRIPS_AT = 3;

export function createPace(maxOpen: number): Pace {
  const failing = new Set<string>();
  let limit = Math.min(FIRST_LIMIT, maxOpen);
  let open = 0;
  return {
    room: (isScarce) => Math.max(0, (isScarce ? Math.min(limit, FIRST_LIMIT) : limit) - open),
    isOpen: () => open > 0,
    started() {
      open += 1;
    },
    ended() {
      open -= 1;
    },
    succeeded() {
      failing.clear();
      limit = Math.min(maxOpen, limit + 1);
    },
    failed(queueKey) {
      failing.add(queueKey);
      limit = Math.max(1, Math.floor(limit / 2));
      return failing.size >= TRIPS_AT;
    },
  };
}

const SECOND = 1_000;
const FIRST_PAUSE_MS = 5 * SECOND;
const LONGEST_PAUSE_MS = 300 * SECOND;

/** How long a destination rests after its n-th pause in a row; then one delivery tries for all. */
export function pauseMs(pausesInARow: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, pausesInARow - 1));
}
