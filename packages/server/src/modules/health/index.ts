/**
 * Health: what Meta says against what we want.
 *
 * Owns the table `health_round`. Reads every Page at Meta once an hour, spread out and yielding to
 * Meta's limits; has what drifted away from the wanted state brought back, ever more seldom while
 * Meta refuses; explains why messages of a Page do not arrive. Guarantees: checking changes nothing
 * at Meta; a check that failed says so and claims nothing; two processes never check one gateway at
 * once; repairing ends where a person's log-in is needed.
 */
import type { Api } from '../../platform/http/api.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import { checkStep } from './check-pages.ts';
import { registerHealthRoutes } from './routes.ts';
import type { HealthDeps } from './types.ts';

export type Health = {
  /** Under `/api/v1`. */
  readonly routes: (api: Api) => void;
  readonly workers: readonly Worker[];
};

const CHECK_EVERY_MS = 10_000;
const REPAIR_EVERY_MS = 5_000;

export function createHealth(deps: HealthDeps): Health {
  const onError = (error: unknown) => deps.log.error({ err: error }, 'health.failed');
  return {
    routes: (api) => registerHealthRoutes(api, deps),
    workers: [
      createWorker({ step: () => checkStep(deps), idleMs: CHECK_EVERY_MS, onError }),
      createWorker({ step: () => deps.pages.repairDrift(), idleMs: REPAIR_EVERY_MS, onError }),
    ],
  };
}
