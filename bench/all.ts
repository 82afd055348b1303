/**
 * Every bench, twice, and the evidence of it: `benches.json` with what each printed last, and
 * `benches.md`, the same as a table. `--out FOLDER` says where; `--only ingest,latency` runs some and
 * keeps what the files have of the others; each bench is written as soon as it has ended.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { keepEvidence } from './support/evidence.ts';

const TIMES = 2;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
if (values.out === undefined) {
  console.error('Usage: script/bench all --out FOLDER [--only ingest,latency] [--quick]');
  process.exit(2);
}
const folder = values.out;
const known = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'all')
  .sort();
const wanted = values.only?.split(',') ?? known;
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}, only: ${known.join(', ')}`);
  process.exit(2);
}

const failed: string[] = [];
const missed: string[] = [];
for (const name of wanted) {
  const runs = [];
  for (let time = 1; time <= TIMES; time += 1) {
    console.log(`== ${name}, run ${time} of ${TIMES}`);
    const startedAt = Date.now();
    const result = await runBench(name);
    if (result !== undefined) {
      runs.push({
        at: new Date(startedAt).toISOString(),
        seconds: secondsSince(startedAt),
        result,
      });
    }
  }
  if (runs.length < TIMES) {
    failed.push(name);
  } else {
    missed.push(...(runs.some(({ result }) => result['met'] === false) ? [name] : []));
    keepEvidence(folder, { name, runs });
  }
}
console.log(JSON.stringify({ name: 'all', benches: wanted, failed, missed }));
process.exitCode = failed.length > 0 ? 1 : 0;

function secondsSince(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1_000);
}

/** What it printed last; undefined when it failed. What it prints is passed on. */
async function runBench(name: string): Promise<Record<string, unknown> | undefined> {
  const file = new URL(`${name}.ts`, import.meta.url).pathname;
  const args = values.quick ? ['--quick'] : [];
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    said += String(chunk);
  }
  return (await ended) === 0 ? JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') : undefined;
}
