/**
 * How many single-event POSTs a second are durable before their 200, as a share of what a server
 * that only checks and parses answers. Rounds are interleaved, so that noise hits all alike.
 *
 * With `withProjector` the whole gateway runs, and its rate counts the time in which it finishes
 * what was left over: with a flat backlog that is none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Inspector, inspectDatabase } from '../tests/crash/inspect-database.ts';
import { startServerProcess } from '../tests/support/server-process.ts';
import { cpuUs, quartiles, rounded } from './support/figures.ts';
import { type Engine, inFull, isWanted } from './support/options.ts';
import { type Stage, setStage } from './support/stage.ts';
import { profiling, startSubject } from './support/subject.ts';
import { atLeast, printResult } from './support/targets.ts';
import { prepareBodies, runWrk } from './support/wrk.ts';

const ROUNDS = inFull(7, 1);
const SECONDS = 2;
/** No machine of two cores takes more. */
const MOST_PER_SECOND = 80_000;
const ALONE = { sqlite: 0.75, postgres: 0.5 };
const WITH_PROJECTOR = 0.35;
/** As many times as `botbuilder-adapter-facebook` takes in. */
const TIMES_THE_PEER = 3;

type Contender = {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly pid: number;
  readonly databasePid: number;
  /** Waits until nothing is left to do; gives how much there was. */
  readonly finish?: () => Promise<number>;
  readonly rounds: Round[];
};

type Round = {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly databaseCpuUs: number;
  readonly p99Ms: number;
  readonly left: number;
};

const folder = mkdtempSync(join(tmpdir(), 'chatgate-bodies-'));
const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
try {
  const contenders = await setUp();
  const [first] = contenders;
  const { secret, pageIds } = first.stage;
  const bodies = join(folder, 'bodies');
  for (let round = -1; round < ROUNDS; round += 1) {
    // The first one only warms up.
    const count = SECONDS * MOST_PER_SECOND;
    prepareBodies(bodies, { count, events: 1, pageIds, secret });
    for (const { contender } of contenders) {
      const measured = await measure(contender, bodies);
      if (round >= 0) {
        contender.rounds.push(measured);
      }
    }
    console.log(
      round < 0
        ? 'warmed up'
        : contenders
            .map(({ contender: { name, rounds } }) => `${name} ${show(rounds.at(-1))}`)
            .join('; '),
    );
  }
  report(contenders.map(({ contender }) => contender));
} finally {
  for (const step of undo.toReversed()) {
    await step();
  }
}

function show(round: Round | undefined): string {
  return `${round?.perSecond.toFixed(0)}/s`;
}

async function setUp() {
  const stage: Stage = await prepared('sqlite');
  const contenders = [{ stage, contender: await peer('bare', 'bare.ts', stage) }];
  for (const engine of ['sqlite', 'postgres'] as const) {
    if (isWanted(engine)) {
      const own = engine === 'sqlite' ? stage : await prepared(engine);
      contenders.push({ stage: own, contender: await ingestOnly(engine, own) });
    }
    if (isWanted(`${engine}+projector`)) {
      const own = await prepared(engine);
      contenders.push({ stage: own, contender: await whole(engine, own) });
    }
  }
  for (const name of ['botbuilder', 'messenger-bot']) {
    if (isWanted(name)) {
      contenders.push({ stage, contender: await peer(name, `${name}.ts`, stage) });
    }
  }
  return contenders as [(typeof contenders)[number], ...typeof contenders];
}

async function prepared(engine: Engine): Promise<Stage> {
  const stage = await setStage(engine);
  undo.push(() => stage.clear());
  return stage;
}

async function peer(name: string, file: string, { secret, path }: Stage): Promise<Contender> {
  const subject = await startSubject(file, { APP_SECRET: secret });
  undo.push(() => subject.stop());
  return { name, ...subject, path, databasePid: 0, rounds: [] };
}

async function ingestOnly(engine: Engine, stage: Stage): Promise<Contender> {
  const subject = await startSubject('gateway-ingest.ts', { ...stage.env, ...profiling() });
  undo.push(() => subject.stop());
  const { path, databasePid } = stage;
  return { name: engine, ...subject, path, databasePid, rounds: [] };
}

async function whole(engine: Engine, stage: Stage): Promise<Contender> {
  const { url, pid, stop } = await startServerProcess({ ...stage.env, ...profiling() });
  undo.push(() => stop());
  const inspector = await inspectDatabase(stage.where);
  undo.push(() => inspector.close());
  const { path, databasePid } = stage;
  const finish = () => finishAll(inspector);
  return { name: `${engine}+projector`, url, path, pid, databasePid, finish, rounds: [] };
}

async function finishAll(inspector: Inspector): Promise<number> {
  const left = await inspector.countNew();
  while ((await inspector.countNew()) > 0) {
    await pause(10);
  }
  return left;
}

async function measure(contender: Contender, bodies: string): Promise<Round> {
  const { url, path, pid, databasePid, finish } = contender;
  const used = () => [cpuUs(pid), databasePid === 0 ? 0 : cpuUs(databasePid)] as const;
  const [before, databaseBefore] = used();
  const load = await runWrk({ url, path, bodies, seconds: SECONDS });
  const endedAt = performance.now();
  const left = (await finish?.()) ?? 0;
  const finishing = finish === undefined ? 0 : (performance.now() - endedAt) / 1_000;
  const [after, databaseAfter] = used();
  return {
    perSecond: load.requests / (load.seconds + finishing),
    cpuUs: (after - before) / load.requests,
    databaseCpuUs: (databaseAfter - databaseBefore) / load.requests,
    p99Ms: load.p99Ms,
    left,
  };
}

function report(contenders: readonly Contender[]): void {
  const [bare] = contenders;
  for (const contender of contenders) {
    const { q1, median, q3 } = quartiles(ratios(contender, bare));
    console.log(
      [
        `${contender.name}: ${middle(contender, (r) => r.perSecond).toFixed(0)}/s`,
        `${rounded(median)} of bare (quartiles ${rounded(q1)} and ${rounded(q3)})`,
        `${middle(contender, (r) => r.cpuUs).toFixed(0)} µs of processor time`,
        `${middle(contender, (r) => r.databaseCpuUs).toFixed(0)} µs in the database server`,
        `p99 ${middle(contender, (r) => r.p99Ms).toFixed(1)} ms`,
        `${middle(contender, (r) => r.left)} left at the end`,
      ].join(', '),
    );
  }
  printFigures(contenders);
}

function middle({ rounds }: Contender, of: (round: Round) => number): number {
  return quartiles(rounds.map(of)).median;
}

/** How many times as fast as the other one it was, round by round. */
function ratios({ rounds }: Contender, other: Contender | undefined): number[] {
  return rounds.map(
    ({ perSecond }, round) => perSecond / (other?.rounds[round]?.perSecond ?? Number.NaN),
  );
}

function timesAsFast(own: Contender | undefined, other: Contender | undefined): number | undefined {
  return own && other && rounded(quartiles(ratios(own, other)).median);
}

function printFigures(contenders: readonly Contender[]): void {
  const find = (name: string) => contenders.find((contender) => contender.name === name);
  const bare = find('bare');
  const engine = (name: Engine) => {
    const own = find(name);
    const behind = find(`${name}+projector`);
    return {
      ratio: timesAsFast(own, bare),
      quartiles: own && spread(own, bare),
      perSecond: own && Math.round(middle(own, (r) => r.perSecond)),
      cpuUs: own && Math.round(middle(own, (r) => r.cpuUs + r.databaseCpuUs)),
      withProjector: timesAsFast(behind, bare),
      leftAtEnd: behind && Math.round(middle(behind, (r) => r.left)),
    };
  };
  const sqlite = engine('sqlite');
  const postgres = engine('postgres');
  const peer = (name: string) => timesAsFast(find('sqlite'), find(name));
  const peers = {
    'botbuilder-adapter-facebook': peer('botbuilder'),
    'messenger-bot': peer('messenger-bot'),
  };
  const barePerSecond = bare && Math.round(middle(bare, (r) => r.perSecond));
  const botbuilder = peers['botbuilder-adapter-facebook'];
  printResult(
    { ...{ name: 'ingest', rounds: ROUNDS, barePerSecond }, ...{ sqlite, postgres, peers } },
    [
      ...atLeast('sqlite: share of bare', sqlite.ratio, ALONE.sqlite),
      ...atLeast('postgres: share of bare', postgres.ratio, ALONE.postgres),
      ...atLeast('sqlite with projector: share of bare', sqlite.withProjector, WITH_PROJECTOR),
      ...atLeast('postgres with projector: share of bare', postgres.withProjector, WITH_PROJECTOR),
      ...atLeast('times botbuilder-adapter-facebook', botbuilder, TIMES_THE_PEER),
    ],
  );
}

function spread(own: Contender, bare: Contender | undefined): readonly [number, number] {
  const { q1, q3 } = quartiles(ratios(own, bare));
  return [rounded(q1), rounded(q3)];
}
