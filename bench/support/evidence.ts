import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** One promise of a bench: what was measured against what is wanted. */
export type Target = {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number | null;
  readonly met: boolean;
};

type Run = {
  /** When it began. */
  readonly at: string;
  readonly seconds: number;
  /** What the bench printed last. */
  readonly result: Readonly<Record<string, unknown>>;
};

type Bench = { readonly name: string; readonly machine: string; readonly runs: readonly Run[] };

const GIBIBYTE = 2 ** 30;

/** Every bench is shown twice: what one run says may be chance. */
const KEPT_RUNS = 2;

/**
 * Adds what a bench said to what is there of it, of which the last two runs stay, and writes the
 * page that shows all. Trials and runs that count do not stand beside each other.
 */
export function keepEvidence(folder: string, { name, run }: { name: string; run: Run }): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'benches.json');
  const known = read(file);
  const before = known.find((bench) => bench.name === name)?.runs ?? [];
  const isTrial = ({ result }: Run) => result['quick'] === true;
  const alike = before.filter((other) => isTrial(other) === isTrial(run));
  const runs = [...alike, run].slice(-KEPT_RUNS);
  const others = known.filter((bench) => bench.name !== name);
  const benches = [...others, { name, machine: machine(), runs }].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  writeFileSync(file, `${JSON.stringify(benches, null, 2)}\n`);
  writeFileSync(join(folder, 'benches.md'), page(benches));
}

function read(file: string): Bench[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function machine(): string {
  const memory = Math.round(totalmem() / GIBIBYTE);
  return `${cpus().length} cores, ${memory} GiB, ${type()} ${release().split('.')[0]}, Node ${process.versions.node}`;
}

function page(benches: readonly Bench[]): string {
  const machines = [...new Set(benches.map((bench) => bench.machine))].join('; ');
  return [
    '# What the benches measured',
    '<!-- Written by script/bench with --out; do not edit. -->',
    `Machine: ${machines}. Load generator, database and gateway share it. The last two runs of each bench are shown; what each figure means is said in [bench/README.md](../../bench/README.md), the figures in full are in [benches.json](benches.json).`,
    ...benches.map(section),
    '',
  ].join('\n\n');
}

function section({ name, runs }: Bench): string {
  const [first] = runs;
  const targets = targetsOf(first);
  const head = ['Target', 'Wanted', ...runs.map((_run, at) => `Run ${at + 1}`)];
  const rows = targets.map(({ what, wanted }) => [
    what,
    wanted,
    ...runs.map((run) => show(targetsOf(run).find((target) => target.what === what))),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  const took = runs.map(({ at, seconds }) => `${at.slice(0, 16)}Z, ${seconds} s`).join('; ');
  const trial = first?.result['quick'] === true ? ' Only a trial of the code (`--quick`).' : '';
  return [`## ${name}`, `${took}.${trial}`, ...(rows.length > 0 ? [table] : [])].join('\n\n');
}

function targetsOf(run: Run | undefined): Target[] {
  const targets = run?.result['targets'];
  return Array.isArray(targets) ? targets : [];
}

function show(target: Target | undefined): string {
  return target === undefined ? '' : `${target.measured} ${target.met ? '✓' : '**missed**'}`;
}
