import { setTimeout as pause } from 'node:timers/promises';
import { judge, type Whole } from './judge.ts';
import { type Load, sendAgain, startLoad } from './load.ts';
import { POINT_NAMES, type Point } from './points.ts';
import { type Hits, noHits, prove } from './prove.ts';
import { countersDiffer } from './read-counters.ts';
import { type Engine, type Stage, setStage } from './stage.ts';
import { waitFor } from './wait-for.ts';

export type { Engine } from './stage.ts';

export type Verdict = Whole & {
  /** Counters of the last process that are not what its callers counted. */
  countersDiffer: number;
};

export type Summary = {
  readonly name: 'crash';
  readonly engine: Engine;
  readonly kills: number;
  /** Fewer are made when the time is over before. */
  readonly asked: number;
  /** By point: kills, and those of them whose window the ledgers prove. */
  readonly points: Hits;
  readonly verdict: Verdict;
  /** With 95 % confidence a kill loses, doubles or disorders something with less than this chance. */
  readonly bound: number;
  readonly acknowledgedEvents: number;
  readonly requestsToDestinations: number;
  /** Events that a destination accepted more than once, of a thousand. */
  readonly acceptedAgainPerMille: number;
  readonly replies: { readonly posted: number; readonly arrived: number; readonly unknown: number };
  readonly shareSentTwice: number;
  /** Without an answer at a kill, and sent again. */
  readonly sentAgain: number;
  /** Without an answer for good: may be there or not. */
  readonly neverAnswered: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** From the start of a loaded process to its first answer. */
  readonly medianRestartMs: number;
  /** Until the last kill; the rest is waiting for leases and retries, and checking. */
  readonly killSeconds: number;
  readonly seconds: number;
};

const REACHED_WITHIN_MS = 30_000;

/**
 * Kills the server again and again at each of the named points, under load, then asks its database,
 * its API, its destinations and its customers whether everything is there, once and in order. The
 * ledgers live in this process.
 */
export async function runCrashes(options: {
  engine: Engine;
  kills: number;
  /** Ends it early, with a verdict on what was done by then. */
  minutes?: number;
  isStopped?: () => boolean;
  /** Only these, in turns; all of them otherwise. */
  only?: readonly Point[];
  onKill?: (done: number) => void;
}): Promise<Summary> {
  const startedAt = Date.now();
  const until = startedAt + (options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const names = options.only ?? POINT_NAMES;
  const stage = await setStage(options.engine);
  try {
    const points = noHits();
    const restarts: number[] = [];
    let sentAgain = 0;
    let kills = 0;
    const isOver = () => Date.now() >= until || options.isStopped?.() === true;
    for (; kills < options.kills && !isOver(); kills += 1) {
      const point = names[kills % names.length] ?? 'anywhere';
      await loadAndKill(stage, point);
      points[point].kills += 1;
      points[point].proven += (await prove(stage, point)) ? 1 : 0;
      restarts.push(await stage.server.start());
      sentAgain += await sendAgain(stage);
      options.onKill?.(kills + 1);
    }
    const killSeconds = Math.round((Date.now() - startedAt) / 1_000);
    const verdict = await judgeRun(stage);
    return {
      ...{ name: 'crash', engine: options.engine, kills, asked: options.kills, points, verdict },
      bound: round(3 / kills, 5),
      ...(await describe(stage)),
      ...{ sentAgain, medianRestartMs: median(restarts), killSeconds },
      seconds: Math.round((Date.now() - startedAt) / 1_000),
    };
  } finally {
    await stage.clear();
  }
}

async function loadAndKill(stage: Stage, point: Point): Promise<void> {
  const { server, replies } = stage;
  const load = startLoad(stage);
  const replying = answerCustomers(stage);
  await pause(50 + Math.random() * 250);
  if (point === 'anywhere') {
    await waitFor(() => load.underWay() > 0, { atMostMs: REACHED_WITHIN_MS, everyMs: 1 });
    await pause(Math.random() * 10);
  } else {
    const reached = server.arm(point);
    const also = point.startsWith('reply') ? replies.next() : undefined;
    await withinReach(reached, point);
    await settleOutside(stage, point);
    await kill(stage, load);
    await also;
  }
  await kill(stage, load);
  await replying;
}

/** Ends the process first, then the load, whose last POSTs break off. */
async function kill({ server }: Stage, load: Load): Promise<void> {
  await server.kill();
  await load.stop();
}

async function answerCustomers({ replies }: Stage): Promise<void> {
  await replies.again();
  await replies.next();
}

async function withinReach(reached: Promise<void>, point: Point): Promise<void> {
  const ending = new AbortController();
  const tooLate = pause(REACHED_WITHIN_MS, 'late', { signal: ending.signal }).catch(() => 'over');
  if ((await Promise.race([reached, tooLate])) === 'late') {
    console.error(`The point "${point}" was not reached.`);
  }
  ending.abort();
}

/** The process stands still; what it sent has to arrive before it dies. */
async function settleOutside({ replies }: Stage, point: Point): Promise<void> {
  if (point === 'reply sent') {
    const before = replies.arrived().length;
    await waitFor(() => replies.arrived().length > before, { atMostMs: 2_000, everyMs: 5 });
  } else {
    await pause(5);
  }
}

async function judgeRun(stage: Stage): Promise<Verdict> {
  const counters = await countersDiffer(stage);
  return { ...(await judge(stage)), countersDiffer: counters };
}

async function describe({ ledger, sinks, replies, sender, inspector }: Stage) {
  const accepted = sinks.ledgers.flatMap((sink) => [...sink.accepted.values()]);
  const again = accepted.filter((times) => times > 1).length;
  const unknown = (await inspector.replies()).filter(({ state }) => state === 'unknown').length;
  return {
    acknowledgedEvents: ledger.acknowledgedEvents(),
    requestsToDestinations: sinks.ledgers.reduce((sum, { requests }) => sum + requests, 0),
    acceptedAgainPerMille: round((again / accepted.length) * 1_000, 1),
    replies: { posted: replies.posted.length, arrived: replies.arrived().length, unknown },
    shareSentTwice: round(ledger.repeated() / ledger.posts.length, 3),
    neverAnswered: ledger.unanswered.size,
    refusals: Object.fromEntries(sender.refusals),
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
