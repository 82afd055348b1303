/**
 * A destination comes back after an outage with 100,000 events waiting for it, while Meta goes on
 * sending: everything must come, each conversation in order, and taking in must not suffer.
 *
 * Meta's 200 messages a second are an open loop. Their ack latency while the destination works
 * normally is compared with that while it is drained.
 */
import { createBodyMaker } from './support/bodies.ts';
import { quantile, rounded } from './support/figures.ts';
import { type Prepared, postAll, postAtRate, prepare, signed } from './support/open-loop.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { type Scene, setScene } from './support/scene.ts';
import { atLeast, atMost, printResult } from './support/targets.ts';
import { sharedMs } from './support/time.ts';

const WAITING = inFull(100_000, 1_000);
const PEOPLE = inFull(1_000, 50);
const EVENTS_PER_POST = 50;
const PER_SECOND = inFull(200, 20);
const NORMAL_SECONDS = inFull(30, 3);
/** The few conversations that were tried meanwhile wait for their next try; they do not count. */
const COUNTED_SHARE = 0.99;
/** Messages beside the draining are sent for as long as it takes, at most so long. */
const LONGEST_SECONDS = 300;
const MOST_TIMES_NORMAL = 2;
const DRAINED_PER_SECOND = 2_000;
const REFUSED = 503;

const results: Partial<Record<Engine, Awaited<ReturnType<typeof measure>>>> = {};
for (const engine of wantedEngines) {
  const scene = await setScene(engine);
  try {
    results[engine] = await measure(scene);
    console.log(engine, JSON.stringify(results[engine]));
  } finally {
    await scene.clear();
  }
}
printResult(
  { name: 'drain', waiting: WAITING, ...results },
  wantedEngines.flatMap((engine) => [
    ...atMost(`${engine}: ack p99, times normal`, results[engine]?.timesNormal, MOST_TIMES_NORMAL),
    ...atMost(`${engine}: lost, out of order or badly signed`, results[engine]?.faults, 0),
    ...atLeast(`${engine}: drained a second`, results[engine]?.perSecond, DRAINED_PER_SECOND),
  ]),
);

async function measure(scene: Scene) {
  const { stage, webhook, sink } = scene;
  const { pageIds } = stage;
  await scene.warmUp(PEOPLE);

  const normal = await sendMeanwhile(scene, NORMAL_SECONDS * PER_SECOND, () => false);
  await sink.untilCount(PEOPLE + normal.sent);

  await sink.begin({ status: REFUSED });
  const next = createBodyMaker({ pageIds, people: PEOPLE, events: EVENTS_PER_POST });
  await postAll(webhook, prepare(next, WAITING / EVENTS_PER_POST, stage.secret));
  await scene.untilProjected();
  await scene.switchDestination(false);
  await sink.begin({ status: 200 });

  await scene.switchDestination(true);
  const startedAt = sharedMs();
  let drainedAt: number | undefined;
  const counted = Math.floor(WAITING * COUNTED_SHARE);
  const draining = sink.untilCount(counted).then(() => {
    drainedAt = sharedMs();
  });
  const most = LONGEST_SECONDS * PER_SECOND;
  const beside = await sendMeanwhile(scene, most, () => drainedAt !== undefined);
  await draining;
  await sink.untilCount(WAITING + beside.sent);
  const faults = await countFaults(scene, WAITING + beside.sent);
  const seconds = ((drainedAt ?? Number.NaN) - startedAt) / 1_000;
  return {
    normalAckP99Ms: rounded(normal.p99Ms),
    ackP99Ms: rounded(beside.p99Ms),
    timesNormal: rounded(beside.p99Ms / normal.p99Ms),
    perSecond: Math.round(counted / seconds),
    seconds: rounded(seconds, 1),
    faults: faults + normal.refused + beside.refused,
  };
}

/** Messages at the fixed rate, until it is over or so many were sent. */
async function sendMeanwhile({ stage, webhook }: Scene, most: number, isOver: () => boolean) {
  const next = createBodyMaker({ pageIds: stage.pageIds, people: PEOPLE, events: 1 });
  const { latenciesMs, refused } = await postAtRate({
    ...{ url: webhook, perSecond: PER_SECOND, count: most, isOver },
    next: (): Prepared => signed(next(), stage.secret),
  });
  const p99Ms = quantile(Float64Array.from(latenciesMs).sort(), 0.99);
  return { sent: latenciesMs.length, refused, p99Ms };
}

async function countFaults({ sink, secret }: Scene, wanted: number): Promise<number> {
  const { messages, outOfOrder, badlySigned } = await sink.report(secret);
  const came = new Set(messages.map(([mid]) => mid)).size;
  return wanted - came + outOfOrder + badlySigned;
}
