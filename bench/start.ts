/**
 * How long the gateway takes from the start of its process until it can commit, and how much memory
 * it holds when idle: the production entry with a fresh embedded database, median of five starts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tests/support/server-process.ts';
import { inFull } from './support/options.ts';
import { printResult } from './support/targets.ts';

const STARTS = inFull(5, 1);
const IDLE_MS = inFull(5_000, 500);
const ASK_EVERY_MS = 5;
const PATIENCE_MS = 30_000;

const main = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));

const starts: { readyMs: number; rssMb: number }[] = [];
for (let start = 0; start < STARTS; start += 1) {
  const measured = await measureStart();
  console.log(`ready after ${measured.readyMs} ms, ${measured.rssMb} MB when idle`);
  starts.push(measured);
}
printResult(
  {
    name: 'start',
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
    rssMb: median(starts.map(({ rssMb }) => rssMb)),
  },
  [],
);

async function measureStart(): Promise<{ readyMs: number; rssMb: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-start-'));
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', PORT: String(port), DATA_DIR: folder },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await untilReady(`http://127.0.0.1:${port}/readyz`, child);
    const readyMs = Math.round(performance.now() - startedAt);
    await pause(IDLE_MS);
    return { readyMs, rssMb: residentMegabytes(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) {
      return;
    }
    await pause(ASK_EVERY_MS);
  }
  throw new Error('The server did not become ready.');
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
