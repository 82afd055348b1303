/**
 * The long tier: `./script/crash --kills N [--engine sqlite|postgres] [--minutes M] [--point NAME]
 * [--out FOLDER]`. Into the folder goes a page for each engine, `crash-<engine>.md`.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { POINT_NAMES, POINTS } from './points.ts';
import { type Engine, runCrashes, type Summary } from './run.ts';
import { writeEvidence } from './write-evidence.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '80' },
    engine: { type: 'string', default: '' },
    minutes: { type: 'string', default: '1000' },
    point: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
  },
});
const kills = Number(values.kills);
const isEngine = (name: string): name is Engine => name === 'sqlite' || name === 'postgres';
if (!Number.isInteger(kills) || kills < 1 || (values.engine !== '' && !isEngine(values.engine))) {
  console.error(
    'Usage: script/crash [--kills N] [--engine sqlite|postgres] [--minutes M] [--out FOLDER]',
  );
  process.exit(2);
}
const only = POINT_NAMES.filter((name) => name === values.point);
const engines: Engine[] = isEngine(values.engine) ? [values.engine] : ['sqlite', 'postgres'];
const summaries: Summary[] = [];
// Of what runs: the tree may have moved on when the run is over.
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
let isStopped = false;
// Ctrl-C: no more kills, but a verdict on those there were.
process.on('SIGINT', () => {
  isStopped = true;
});
for (const engine of engines) {
  const summary = await runCrashes({
    engine,
    kills,
    minutes: Number(values.minutes),
    isStopped: () => isStopped,
    ...(only.length === 0 ? {} : { only }),
    onKill: (done) => {
      if (done % 10 === 0) {
        console.log(`${engine}: ${done} of ${kills} kills`);
      }
    },
  });
  print(summary);
  if (values.out !== '') {
    writeEvidence(join(values.out, `crash-${engine}.md`), summary, commit);
  }
  summaries.push(summary);
}
console.log(JSON.stringify(summaries.length === 1 ? summaries[0] : summaries));
const isClean = ({ verdict }: Summary) => Object.values(verdict).every((count) => count === 0);
process.exit(summaries.every(isClean) ? 0 : 1);

function print({ engine, points, verdict, bound, kills: done }: Summary): void {
  console.log(`\n${done} kills on ${engine}, by point; "proven": the ledgers show the window`);
  for (const point of POINT_NAMES) {
    const { kills: tried, proven } = points[point];
    console.log(`  ${point.padEnd(16)} ${tried} kills, ${proven} proven: ${POINTS[point]}`);
  }
  console.log('\nWhat must be zero');
  for (const [name, count] of Object.entries(verdict)) {
    console.log(`  ${name.padEnd(24)} ${count}`);
  }
  console.log(`\nWith 95 % confidence less than ${bound} failures per kill (3/N).\n`);
}
