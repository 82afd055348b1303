/**
 * Every bench one after the other. `--out FOLDER` has each write down what it said, as soon as it
 * has ended: run it twice for two runs of each. `--only ingest,latency` runs some. The long run of
 * `memory` is left out unless it is named.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

const LONG = ['memory'];

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const known = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'all')
  .sort();
const usual = known.filter((name) => values.quick || !LONG.includes(name));
const wanted = values.only?.split(',') ?? usual;
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}, only: ${known.join(', ')}`);
  process.exit(2);
}

const failed: string[] = [];
const missed: string[] = [];
for (const name of wanted) {
  console.log(`== ${name}`);
  const result = await runBench(name);
  if (result === undefined) {
    failed.push(name);
  } else if (result['met'] === false) {
    missed.push(name);
  }
}
console.log(JSON.stringify({ name: 'all', benches: wanted, failed, missed }));
process.exitCode = failed.length > 0 ? 1 : 0;

/** What it printed last; undefined when it failed. What it prints is passed on. */
async function runBench(name: string): Promise<Record<string, unknown> | undefined> {
  const file = new URL(`${name}.ts`, import.meta.url).pathname;
  const args = [
    ...(values.quick ? ['--quick'] : []),
    ...(values.out === undefined ? [] : ['--out', values.out]),
  ];
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    said += String(chunk);
  }
  return (await ended) === 0 ? JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') : undefined;
}
