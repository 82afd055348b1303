import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server-process.ts';

export type ThrowawayPostgres = {
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: () => number;
  /** SIGKILL to every process of the server at once; `revive` starts it. */
  readonly kill: () => Promise<void>;
  readonly revive: () => Promise<void>;
  /** To every process of the server: SIGSTOP makes it stand still. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  readonly stop: () => Promise<void>;
};

/** Linux keeps this folder in memory. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 1024 ** 3;

/**
 * A PostgreSQL of our own in a temporary folder and on a free port, as an unprivileged user
 * (PostgreSQL refuses to run as root), with every durability setting at its default: the server
 * starts on no other. `inMemory` is for tests that kill no machine: no commit waits for a disk.
 */
export async function startThrowawayPostgres({
  inMemory = false,
} = {}): Promise<ThrowawayPostgres> {
  const bin = findBinaries();
  const folder = mkdtempSync(join(inMemory && hasMemory() ? MEMORY : tmpdir(), 'chatgate-pg-'));
  const isRoot = process.getuid?.() === 0;
  const asUser = (program: string, args: string[]): [string, string[]] =>
    isRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]]
      : [program, args];
  chmodSync(folder, 0o755);
  if (isRoot) {
    execFileSync('chown', ['postgres', folder]);
  }
  const data = join(folder, 'data');
  const [initdb, initArgs] = asUser(join(bin, 'initdb'), [
    ...['-D', data, '-U', 'chatgate', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'],
  ]);
  execFileSync(initdb, initArgs, { stdio: 'pipe', cwd: folder });
  const port = await freePort();
  const [postgres, args] = asUser(join(bin, 'postgres'), [
    ...['-D', data, '-p', String(port), '-k', folder],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
  ]);
  const start = async () => {
    const started = spawn(postgres, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
    await ready(started.stderr);
    started.stderr.resume();
    return started;
  };
  let server = await start();
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill(signal);
      await ended;
    }
  };
  // The postmaster first: it would start again what dies before it.
  const signalAll = (signal: NodeJS.Signals) => {
    const pid = server.pid ?? 0;
    for (const one of [pid, ...childrenOf(pid)]) {
      process.kill(one, signal);
    }
  };
  return {
    url: `postgres://chatgate@127.0.0.1:${port}/postgres`,
    pid: () => server.pid ?? 0,
    async kill() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      signalAll('SIGKILL');
      await ended;
    },
    async revive() {
      server = await start();
    },
    signal: signalAll,
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function hasMemory(): boolean {
  if (!existsSync(MEMORY)) {
    return false;
  }
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ENOUGH_BYTES;
}

function findBinaries(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions.map((version) => join(root, version, 'bin')).find(existsSync);
  if (!bin) {
    throw new Error('PostgreSQL is not installed; ./script/test installs it (apt: postgresql).');
  }
  return bin;
}

function ready(stderr: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('database system is ready to accept connections')) {
        resolve();
      }
    });
    stderr.on('close', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
  });
}
