/**
 * How long a message takes through the whole gateway, and how long Meta waits for its 200, in an open
 * loop: POSTs leave at a fixed rate whatever happens, and time counts from when each was due.
 *
 * 200 messages a second for a minute: from due to the signed callback at the destination. 1,000 a second for 20 seconds, with
 * projector and delivery at work: from due to the 200. One message per POST, 1,000 people.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createBodyMaker } from './support/bodies.ts';
import { quantile, rounded } from './support/figures.ts';
import { postAtRate, prepare } from './support/open-loop.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { type Scene, setScene } from './support/scene.ts';
import { atMost, printResult } from './support/targets.ts';

const SECONDS = inFull(60, 3);
const ACK_SECONDS = inFull(20, 3);
const PEOPLE = inFull(1_000, 20);
const CALLBACKS_PER_SECOND = inFull(200, 20);
const ACKS_PER_SECOND = inFull(1_000, 50);
const CALLBACK_P95_MS = 50;
const CALLBACK_P99_MS = 120;
const ACK_P99_MS = 25;
/** Between the parts of a run. */
const REST_MS = 1_000;

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
  { name: 'latency', seconds: SECONDS, ...results },
  wantedEngines.flatMap((engine) => [
    ...atMost(`${engine}: callback p95, ms`, results[engine]?.callback.p95, CALLBACK_P95_MS),
    ...atMost(`${engine}: callback p99, ms`, results[engine]?.callback.p99, CALLBACK_P99_MS),
    ...atMost(`${engine}: ack p99 at 1,000/s, ms`, results[engine]?.ack.p99, ACK_P99_MS),
    ...atMost(`${engine}: refused or lost`, results[engine]?.failed, 0),
  ]),
);

async function measure(scene: Scene) {
  await scene.warmUp(PEOPLE);
  const slow = await run(scene, CALLBACKS_PER_SECOND, SECONDS);
  await pause(REST_MS);
  const quick = await run(scene, ACKS_PER_SECOND, ACK_SECONDS);
  return {
    callback: spread(slow.callbacksMs),
    callbackAt1000: spread(quick.callbacksMs),
    ackAt200: spread(slow.acksMs),
    ack: spread(quick.acksMs),
    failed: slow.failed + quick.failed,
  };
}

async function run({ stage, webhook, sink, secret }: Scene, perSecond: number, seconds: number) {
  const { pageIds } = stage;
  const count = perSecond * seconds;
  const maker = createBodyMaker({ pageIds, people: PEOPLE, events: 1 });
  const bodies = prepare(maker, count, stage.secret).values();
  await sink.begin({ keep: true });
  const { latenciesMs, dueAt, refused } = await postAtRate({
    ...{ url: webhook, perSecond, count },
    next: () => bodies.next().value ?? failForBodies(),
  });
  await sink.untilCount(count - refused);
  const { messages, outOfOrder, badlySigned } = await sink.report(secret);
  const callbacks = new Map<string, number>();
  for (const [mid, at] of messages) {
    callbacks.set(mid, Math.min(callbacks.get(mid) ?? Number.POSITIVE_INFINITY, at));
  }
  const callbacksMs = [...callbacks].map(([mid, at]) => at - (dueAt.get(mid) ?? Number.NaN));
  const lost = count - callbacks.size;
  return { acksMs: latenciesMs, callbacksMs, failed: refused + lost + outOfOrder + badlySigned };
}

function failForBodies(): never {
  throw new Error('The prepared bodies are used up.');
}

function spread(values: readonly number[]) {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => rounded(quantile(sorted, share));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
