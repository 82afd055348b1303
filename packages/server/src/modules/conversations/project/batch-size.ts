import type { Database } from '../../../platform/db/index.ts';

type Limits = {
  readonly least: number;
  /** What the transaction may take before the next one is smaller. */
  readonly budgetMs: number;
};

/**
 * On SQLite everything else waits behind a transaction; on PostgreSQL mostly round trips cost, and
 * whoever changes a Page or settles a delivery of the same conversation waits.
 *
 * Most of what a small batch takes is the same for every batch. Where a machine is busy elsewhere
 * even that exceeds the budget, and to shrink below `least` would only divide what is done per
 * second: a batch of one settles a dozen events a second, whatever there is to do.
 */
const LIMITS: Record<Database['engine'], Limits> = {
  sqlite: { least: 16, budgetMs: 5 },
  postgres: { least: 64, budgetMs: 150 },
};
const MOST = 256;
const FIRST = 64;

/** How many events the next transaction takes: as many as it can in the time it may have. */
export function createBatchSize(engine: Database['engine']) {
  const { least, budgetMs } = LIMITS[engine];
  let size = FIRST;
  return {
    next: () => size,
    /** Without the commit: how long the disk takes does not depend on the size of the batch. */
    took({ found, tookMs }: { found: number; tookMs: number }): void {
      if (tookMs > budgetMs) {
        size = Math.max(least, Math.floor(size / 2));
      } else if (found >= size && tookMs < budgetMs / 2) {
        size = Math.min(MOST, size * 2);
      }
    },
  };
}
