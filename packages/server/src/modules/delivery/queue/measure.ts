import {
  createDistribution,
  createTally,
  type Distribution,
  type Tally,
} from '../../../platform/metrics/index.ts';
import type { FinishedRun } from './run.ts';

/** Counted since this process began. */
export type Measured = {
  /** Tries by outcome. */
  readonly tries: Tally;
  /** How long they took. */
  readonly trySeconds: Distribution;
};

const BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const MS = 1_000;

export function createMeasured(): Measured {
  return {
    tries: createTally(['delivered', 'refused', 'unreachable', 'blocked']),
    trySeconds: createDistribution(BOUNDS_S),
  };
}

/** Every try counts, also one whose conversation another worker took over meanwhile. */
export function measureRuns({ tries, trySeconds }: Measured, runs: readonly FinishedRun[]): void {
  for (const { ending } of runs.flatMap((run) => run.steps)) {
    if (ending.kind === 'tried') {
      tries.add(ending.attempt.outcome);
      trySeconds.record(ending.attempt.tookMs / MS);
    }
  }
}
