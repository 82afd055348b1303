import { expect, test } from 'vitest';
import { POINT_NAMES } from './points.ts';
import { type Engine, runCrashes } from './run.ts';

/** The long tier is `./script/crash --kills N`. */
const KILLS = POINT_NAMES.length;
const chosen = process.env['CHATGATE_CRASH_ENGINE'];
const engines: Engine[] =
  chosen === 'sqlite' || chosen === 'postgres' ? [chosen] : ['sqlite', 'postgres'];

// Both at once: much of a run is waiting for leases of what was killed.
test.concurrent.each(engines)(
  'what was acknowledged is there once, leaves once in order, and is answered once (%s)',
  async (engine) => {
    const { verdict, points, ...rest } = await runCrashes({ engine, kills: KILLS });
    console.log(JSON.stringify({ ...rest, points, verdict }));
    expect(Object.entries(verdict).filter(([, count]) => count !== 0)).toEqual([]);
    // Every point is hit for real.
    expect(Object.entries(points).filter(([, { proven }]) => proven === 0)).toEqual([]);
    expect(rest.acknowledgedEvents).toBeGreaterThan(200);
    expect(rest.requestsToDestinations).toBeGreaterThan(500);
    expect(rest.replies.arrived).toBeGreaterThan(3);
    expect(rest.shareSentTwice).toBeGreaterThan(0.01);
  },
  300_000,
);
