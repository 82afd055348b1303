import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER_ENV } from '../support/server-process.ts';
import type { Bundle } from './bundle-server.ts';
import type { HookedPoint } from './points.ts';

const READY_WITHIN_MS = 120_000;
const KEPT_OUTPUT = 4_000;

/** A server of which a second process always stands by, loaded, so that a kill costs little. */
export type CrashingServer = {
  readonly url: string;
  /** Lets the process that stands by start; resolves when it is ready. Gives how long that took. */
  readonly start: () => Promise<number>;
  /** Resolves when the server stands still at the point. */
  readonly arm: (point: HookedPoint) => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Both processes. */
  readonly end: () => Promise<void>;
};

export function createCrashingServer(how: {
  bundle: Bundle;
  env: Record<string, string>;
  heard: (output: string) => void;
}): CrashingServer {
  const url = `http://127.0.0.1:${how.env['PORT']}`;
  let standingBy = load(how);
  let running: Loaded | undefined;
  return {
    url,
    async start() {
      running = standingBy;
      const startedAt = performance.now();
      running.say('go');
      await ready(url, running);
      standingBy = load(how);
      return performance.now() - startedAt;
    },
    arm(point) {
      running?.say(`arm ${point}`);
      return running?.reached ?? Promise.reject(new Error('It does not run.'));
    },
    kill: async () => running?.kill(),
    async end() {
      await running?.kill();
      await standingBy.kill();
    },
  };
}

type Loaded = {
  readonly child: ChildProcess;
  readonly say: (line: string) => void;
  readonly reached: Promise<void>;
  readonly output: () => string;
  readonly kill: () => Promise<void>;
};

function load({ bundle, env, heard }: Parameters<typeof createCrashingServer>[0]): Loaded {
  const child = spawn(process.execPath, ['--import', bundle.preload, bundle.entry], {
    env: { PATH: process.env['PATH'] ?? '', ...SERVER_ENV, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      heard(chunk.toString());
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    });
  }
  child.stdin?.on('error', () => {});
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const says = child.stdio[3] as Readable;
  return {
    child,
    say: (line) => void child.stdin?.write(`${line}\n`),
    reached: new Promise((resolve) => says.once('data', () => resolve())),
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function ready(url: string, { child, output }: Loaded): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const hasStarted = output().includes('server.started');
    const answer = hasStarted ? await fetch(`${url}/readyz`).catch(() => undefined) : undefined;
    if (answer?.ok) {
      return;
    }
    await pause(5);
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not become ready:\n${output()}`);
}
