import { expect, test } from 'vitest';
import { type Engine, runCrashes } from './run.ts';

const KILLS = 20;
const EVENTS = 20_000;
const chosen = process.env['CHATGATE_CRASH_ENGINE'];
const engines: Engine[] =
  chosen === 'sqlite' || chosen === 'postgres' ? [chosen] : ['sqlite', 'postgres'];

test.each(engines)(
  'what was answered 200 is there once, however often the server is killed (%s)',
  async (engine) => {
    const summary = await runCrashes({ engine, kills: KILLS, events: EVENTS });
    console.log(JSON.stringify(summary));
    expect(summary).toMatchObject({
      ...{ kills: KILLS, lost: 0, doubled: 0, phantom: 0, notRecorded: 0 },
      ...{ conversationsWithGaps: 0, messagesNotOnce: 0, notShownOnce: 0, shownPhantom: 0 },
    });
    expect(summary.acknowledgedEvents).toBeGreaterThanOrEqual(EVENTS);
    // The projector must have been killed at its work too, not only ingest. On a quick machine the
    // lease of its killed predecessor (3 s) keeps it from working in every second round.
    expect(summary.killsWhileProjecting).toBeGreaterThanOrEqual(KILLS / 4);
    expect(summary.shareInBatches).toBeGreaterThanOrEqual(0.1);
    expect(summary.shareSentTwice).toBeGreaterThanOrEqual(0.05);
    expect(summary.fewestUnansweredAtKill).toBeGreaterThanOrEqual(8);
    expect(summary.lowestPostsPerSecond).toBeGreaterThanOrEqual(200);
  },
  600_000,
);
