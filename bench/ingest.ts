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
import { type Engine, type Stage, setStage } from './support/stage.ts';
import { startSubject } from './support/subject.ts';
import { prepareBodies, runWrk } from './support/wrk.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const SECONDS = Number(process.env['ROUND_SECONDS'] ?? 4);
const MOST_PER_SECOND = 40_000;
const only = process.env['ONLY']?.split(',');

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
    const seconds = round < 0 ? 1 : SECONDS;
    const count = seconds * MOST_PER_SECOND;
    prepareBodies(bodies, { count, events: 1, pageIds, secret });
    for (const { contender } of contenders) {
      const measured = await measure(contender, { bodies, seconds });
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

function isWanted(name: string): boolean {
  return only === undefined || only.includes(name);
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
  const profile =
    process.env['PROFILE'] === engine ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : [];
  const subject = await startSubject('gateway-ingest.ts', stage.env, profile);
  undo.push(() => subject.stop());
  const { path, databasePid } = stage;
  return { name: engine, ...subject, path, databasePid, rounds: [] };
}

async function whole(engine: Engine, stage: Stage): Promise<Contender> {
  const { url, pid, stop } = await startServerProcess({ ...stage.env });
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

async function measure(
  contender: Contender,
  { bodies, seconds }: { bodies: string; seconds: number },
): Promise<Round> {
  const { url, path, pid, databasePid, finish } = contender;
  const used = () => [cpuUs(pid), databasePid === 0 ? 0 : cpuUs(databasePid)] as const;
  const [before, databaseBefore] = used();
  const load = await runWrk({ url, path, bodies, seconds });
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
  const ratios = ({ rounds }: Contender) =>
    rounds.map(
      ({ perSecond }, round) => perSecond / (bare?.rounds[round]?.perSecond ?? Number.NaN),
    );
  const middle = (contender: Contender, of: (round: Round) => number) =>
    quartiles(contender.rounds.map(of)).median;
  for (const contender of contenders) {
    const { q1, median, q3 } = quartiles(ratios(contender));
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
  const find = (name: string) => contenders.find((contender) => contender.name === name);
  const ratio = (name: string) => {
    const contender = find(name);
    return contender && rounded(quartiles(ratios(contender)).median);
  };
  const engine = (name: Engine) => {
    const own = find(name);
    return {
      ratio: ratio(name),
      perSecond: own && Math.round(middle(own, (r) => r.perSecond)),
      cpuUs: own && Math.round(middle(own, (r) => r.cpuUs + r.databaseCpuUs)),
      withProjector: ratio(`${name}+projector`),
    };
  };
  /** How many times as fast as that peer the gateway on SQLite is. */
  const against = (name: string) => {
    const peers = find(name)?.rounds;
    const own = find('sqlite')?.rounds;
    return (
      own &&
      peers &&
      rounded(
        quartiles(own.map((r, i) => r.perSecond / (peers[i]?.perSecond ?? Number.NaN))).median,
      )
    );
  };
  console.log(
    JSON.stringify({
      name: 'ingest',
      sqlite: engine('sqlite'),
      postgres: engine('postgres'),
      peers: {
        'botbuilder-adapter-facebook': against('botbuilder'),
        'messenger-bot': against('messenger-bot'),
      },
    }),
  );
}
