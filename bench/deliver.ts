/**
 * Callbacks a second to one quick destination, as a share of a bare undici loop that posts the very
 * same bodies, both with 64 in flight. What the gateway does beside posting: claims conversations,
 * keeps their order, reads and renders the events, signs, and records every attempt durably.
 *
 * The callbacks wait, of 1,000 conversations, while the destination refuses; the time runs from the
 * moment it is switched on again until 99 % have come, so that the few conversations that wait for
 * their next try after the refusal do not count. Rounds alternate.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBodyMaker } from './support/bodies.ts';
import { cpuUs, quartiles, rounded } from './support/figures.ts';
import { postAll, prepare } from './support/open-loop.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { type Scene, setScene } from './support/scene.ts';
import { runToEnd } from './support/subject.ts';
import { atLeast, atMost, printResult } from './support/targets.ts';
import { sharedMs } from './support/time.ts';

const ROUNDS = inFull(5, 1);
const PEOPLE = inFull(1_000, 50);
const CALLBACKS = inFull(10_000, 500);
const EVENTS_PER_POST = 10;
const COUNTED_SHARE = 0.99;
const SHARE_OF_BARE = 0.5;
const REFUSED = 503;

type Round = { perSecond: number; barePerSecond: number; cpuUs: number; faults: number };

const folder = mkdtempSync(join(tmpdir(), 'chatgate-bodies-'));
const results: Partial<Record<Engine, ReturnType<typeof sumUp>>> = {};
try {
  for (const engine of wantedEngines) {
    results[engine] = sumUp(await measure(engine));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printResult(
  { name: 'deliver', conversations: PEOPLE, callbacks: CALLBACKS, rounds: ROUNDS, ...results },
  wantedEngines.flatMap((engine) => [
    ...atLeast(`${engine}: share of the bare loop`, results[engine]?.ratio.median, SHARE_OF_BARE),
    ...atMost(`${engine}: lost, out of order or badly signed`, results[engine]?.faults, 0),
  ]),
);

async function measure(engine: Engine): Promise<Round[]> {
  const scene = await setScene(engine);
  const rounds: Round[] = [];
  try {
    await scene.warmUp(PEOPLE);
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await deliverBacklog(scene);
      const barePerSecond = await postBare(scene);
      rounds.push({ ...own, barePerSecond });
      console.log(
        `${engine}: ${own.perSecond.toFixed(0)}/s, bare ${barePerSecond.toFixed(0)}/s`,
        `${own.cpuUs.toFixed(0)} µs of processor time each`,
      );
    }
  } finally {
    await scene.clear();
  }
  return rounds;
}

async function deliverBacklog(scene: Scene): Promise<Omit<Round, 'barePerSecond'>> {
  const { stage, webhook, sink, secret } = scene;
  const { pageIds } = stage;
  await sink.begin({ status: REFUSED });
  const next = createBodyMaker({ pageIds, people: PEOPLE, events: EVENTS_PER_POST });
  await postAll(webhook, prepare(next, CALLBACKS / EVENTS_PER_POST, stage.secret));
  await scene.untilProjected();
  await scene.switchDestination(false);
  await sink.begin({ status: 200 });
  const used = () => cpuUs(scene.pid) + cpuUs(stage.databasePid);
  const before = used();
  const startedAt = sharedMs();
  await scene.switchDestination(true);
  await sink.untilCount(CALLBACKS);
  const spent = used() - before;
  const { messages, outOfOrder, badlySigned } = await sink.report(secret);
  const counted = Math.floor(messages.length * COUNTED_SHARE);
  const endedAt = messages[counted - 1]?.[1] ?? Number.NaN;
  const lost = CALLBACKS - new Set(messages.map(([mid]) => mid)).size;
  return {
    perSecond: (counted * 1_000) / (endedAt - startedAt),
    cpuUs: spent / messages.length,
    faults: lost + outOfOrder + badlySigned,
  };
}

async function postBare({ sink }: Scene): Promise<number> {
  const file = join(folder, 'kept.json');
  const kept = await sink.kept();
  writeFileSync(file, JSON.stringify(kept));
  await sink.begin({});
  const said = await runToEnd('undici-loop.ts', { URL: `${sink.url}/hook`, BODIES: file });
  const ms = Number(/^took (\S+) ms$/m.exec(said)?.[1]);
  return (kept.length * 1_000) / ms;
}

function sumUp(rounds: readonly Round[]) {
  const { q1, median, q3 } = quartiles(
    rounds.map(({ perSecond, barePerSecond }) => perSecond / barePerSecond),
  );
  const middle = (of: (round: Round) => number) => Math.round(quartiles(rounds.map(of)).median);
  return {
    ratio: { q1: rounded(q1), median: rounded(median), q3: rounded(q3) },
    perSecond: middle((round) => round.perSecond),
    barePerSecond: middle((round) => round.barePerSecond),
    cpuUs: middle((round) => round.cpuUs),
    faults: rounds.reduce((sum, { faults }) => sum + faults, 0),
  };
}
