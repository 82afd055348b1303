/**
 * Whether the gateway's memory stays where it is: 500 messages a second for ten minutes through the
 * whole gateway, projector and delivery included. Both engines at the same time, each with a gateway
 * of its own: what counts here is size, not speed.
 *
 * Resident size is read every five seconds and must stay within 10 % of its median from minute 3 on.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createBodyMaker } from './support/bodies.ts';
import { quartiles, rounded } from './support/figures.ts';
import { postAtRate, signed } from './support/open-loop.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { type Scene, setScene } from './support/scene.ts';
import { atMost, printResult } from './support/targets.ts';

const PER_SECOND = inFull(500, 20);
const SECONDS = inFull(600, 6);
const COUNTED_FROM_SECOND = inFull(180, 2);
const SAMPLE_EVERY_MS = inFull(5_000, 500);
const PEOPLE = inFull(1_000, 20);
const MOST_DEVIATION = 0.1;
const PATIENCE_SECONDS = 60;

const results = Object.fromEntries(
  await Promise.all(
    wantedEngines.map(async (engine) => {
      const scene = await setScene(engine);
      try {
        return [engine, await measure(engine, scene)] as const;
      } finally {
        await scene.clear();
      }
    }),
  ),
) as Partial<Record<Engine, Awaited<ReturnType<typeof measure>>>>;
printResult(
  { name: 'memory', perSecond: PER_SECOND, seconds: SECONDS, ...results },
  wantedEngines.flatMap((engine) => [
    ...atMost(`${engine}: deviation`, results[engine]?.deviation, MOST_DEVIATION),
    ...atMost(`${engine}: refused or not delivered`, results[engine]?.failed, 0),
  ]),
);

async function measure(engine: Engine, scene: Scene) {
  const { stage, sink } = scene;
  await scene.warmUp(PEOPLE);
  await sink.begin({ keep: false });
  const next = createBodyMaker({ pageIds: stage.pageIds, people: PEOPLE, events: 1 });
  const count = PER_SECOND * SECONDS;
  const sending = postAtRate({
    ...{ url: scene.webhook, perSecond: PER_SECOND, count, keep: false },
    next: () => signed(next(), stage.secret),
  });
  const samples = await sample(engine, scene.pid, sending);
  const { refused } = await sending;
  const delivered = await deliveredSoon(scene, count - refused);
  const counted = samples
    .filter(({ second }) => second >= COUNTED_FROM_SECOND && second <= SECONDS)
    .map(({ mb }) => mb);
  const { median } = quartiles(counted);
  return {
    medianMb: Math.round(median),
    leastMb: Math.round(Math.min(...counted)),
    mostMb: Math.round(Math.max(...counted)),
    deviation: rounded(Math.max(...counted.map((mb) => Math.abs(mb / median - 1))), 3),
    byMinuteMb: byMinute(samples),
    failed: refused + Math.max(0, count - refused - delivered),
  };
}

type Sample = { readonly second: number; readonly mb: number };

async function sample(engine: Engine, pid: number, until: Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  let isOver = false;
  const ended = until.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([pause(SAMPLE_EVERY_MS), ended]);
    const second = (performance.now() - startedAt) / 1_000;
    samples.push({ second, mb: residentMb(pid) });
    if (samples.length % 12 === 0) {
      console.log(`${engine}: ${samples.at(-1)?.mb.toFixed(0)} MB after ${second.toFixed(0)} s`);
    }
  }
  return samples;
}

/** The median of each minute. */
function byMinute(samples: readonly Sample[]): number[] {
  const minutes = Map.groupBy(samples, ({ second }) => Math.floor(second / 60));
  return [...minutes.values()].map((some) =>
    Math.round(quartiles(some.map(({ mb }) => mb)).median),
  );
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** What was under way when sending ended arrives within a minute, or counts as not delivered. */
async function deliveredSoon({ sink }: Scene, wanted: number): Promise<number> {
  for (let waited = 0; waited < PATIENCE_SECONDS; waited += 1) {
    const { count } = await sink.count();
    if (count >= wanted) {
      return count;
    }
    await pause(1_000);
  }
  return (await sink.count()).count;
}
