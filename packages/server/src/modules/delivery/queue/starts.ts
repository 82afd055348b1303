import { setTimeout as pause } from 'node:timers/promises';

/** So long after something was taken in, more is expected. */
const EXPECTED_MS = 250;
/** Requests that begin between two rests: a quarter of a millisecond’s work. */
const PER_TURN = 4;
const REST_MS = 1;

export type Starts = {
  /** Resolves when one more request may begin. */
  readonly next: () => Promise<void>;
  /** Something was taken in just now. */
  readonly giveWay: () => void;
  /** Messages are coming in, and whoever acknowledges them goes first. */
  readonly isGivingWay: () => boolean;
};

/**
 * While messages come in, requests begin a few at a time, with rests between: a destination that
 * comes back with 100,000 events waiting for it would otherwise take all of this thread and of the
 * processors, and Meta would wait ten times as long as usual for its answers.
 */
export function createStarts({
  elapsed,
  rest = () => pause(REST_MS),
}: {
  elapsed: () => number;
  rest?: () => Promise<void>;
}): Starts {
  let left = PER_TURN;
  let resting: Promise<void> | undefined;
  let takenInAt = Number.NEGATIVE_INFINITY;
  const isGivingWay = () => elapsed() - takenInAt < EXPECTED_MS;

  async function renew(): Promise<void> {
    await rest();
    left = PER_TURN;
    resting = undefined;
  }

  return {
    isGivingWay,
    async next() {
      if (!isGivingWay()) {
        return;
      }
      while (left === 0) {
        await resting;
      }
      left -= 1;
      resting ??= renew();
    },
    giveWay() {
      takenInAt = elapsed();
    },
  };
}
