import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { play, steps } from './test-support/model-run.ts';

// biome-ignore lint/style/noProcessEnv: the long run is asked for here.
const RUNS = process.env['FULL'] ? 300 : 10;
let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});

test('whatever happens in whatever order: nothing is lost, invented, or out of order', {
  timeout: 540_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      expect(await play(db, story)).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: RUNS < 100 },
  );
});
