/**
 * What Meta's batches save: events a second with 50 in a POST, as a multiple of one in a POST. Only
 * ingest is at work, every commit is durable before its 200, 64 connections, interleaved rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quartiles, rounded } from './support/figures.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { setStage } from './support/stage.ts';
import { startSubject } from './support/subject.ts';
import { atLeast, printResult } from './support/targets.ts';
import { prepareBodies, runWrk } from './support/wrk.ts';

const ROUNDS = inFull(7, 1);
const SECONDS = 2;
const EVENTS = 50;
const TIMES_AS_MANY = 4;
/** No machine of two cores takes more. */
const MOST_PER_SECOND = { single: 40_000, batch: 6_000 };

const folder = mkdtempSync(join(tmpdir(), 'chatgate-bodies-'));
const results: Partial<Record<Engine, Awaited<ReturnType<typeof measure>>>> = {};
try {
  for (const engine of wantedEngines) {
    results[engine] = await measure(engine);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printResult(
  { name: 'batch', events: EVENTS, rounds: ROUNDS, ...results },
  wantedEngines.flatMap((engine) =>
    atLeast(`${engine}: times the single-event rate`, results[engine]?.ratio.median, TIMES_AS_MANY),
  ),
);

async function measure(engine: Engine) {
  const stage = await setStage(engine);
  const subject = await startSubject('gateway-ingest.ts', stage.env);
  const rate = async (events: number) => {
    const { pageIds, secret, path } = stage;
    const bodies = join(folder, 'bodies');
    const most = events === 1 ? MOST_PER_SECOND.single : MOST_PER_SECOND.batch;
    prepareBodies(bodies, { count: most * SECONDS, events, pageIds, secret });
    const load = await runWrk({ url: subject.url, path, bodies, seconds: SECONDS });
    return (load.requests * events) / load.seconds;
  };
  try {
    const rounds: { single: number; batch: number }[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      // The first one only warms up.
      const measured = { single: await rate(1), batch: await rate(EVENTS) };
      if (round >= 0) {
        rounds.push(measured);
        const { single, batch } = measured;
        console.log(`${engine}: ${single.toFixed(0)} and ${batch.toFixed(0)} events/s`);
      }
    }
    const { q1, median, q3 } = quartiles(rounds.map(({ single, batch }) => batch / single));
    return {
      ratio: { q1: rounded(q1), median: rounded(median), q3: rounded(q3) },
      singlePerSecond: Math.round(quartiles(rounds.map(({ single }) => single)).median),
      batchPerSecond: Math.round(quartiles(rounds.map(({ batch }) => batch)).median),
    };
  } finally {
    await subject.stop();
    await stage.clear();
  }
}
