import { writeFileSync } from 'node:fs';
import { POINT_NAMES, POINTS } from './points.ts';
import type { Summary } from './run.ts';

const ENGINES = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** Writes what a run has shown as a page of `docs/evidence/`. */
export function writeEvidence(file: string, summary: Summary, commit: string): void {
  writeFileSync(file, `${page(summary, commit)}\n`);
}

function page(summary: Summary, commit: string): string {
  const { engine, kills, verdict, bound, replies } = summary;
  const failures = Object.values(verdict).reduce((sum, count) => sum + count, 0);
  const confidence =
    failures === 0
      ? `None of ${kills} kills lost, doubled or disordered anything: with 95 % confidence fewer than ${bound} of kills do (3/N).`
      : `${failures} failures in ${kills} kills.`;
  return [
    `# Killed at named points: ${ENGINES[engine]}`,
    '',
    `\`./script/crash --kills ${summary.asked} --engine ${engine}\` at ${commit}; 2 cores, 24 GiB, shared with other work.`,
    `How a kill is made and proven: [ADR 0027](../adr/0027-killed-at-named-points.md).`,
    '',
    ...(kills < summary.asked ? [`Ended by time after ${kills} kills.`, ''] : []),
    confidence,
    '',
    ...table(
      ['point', 'kills', 'proven', 'what the world and the database differed in'],
      POINT_NAMES.map((name) => {
        const { kills: tried, proven } = summary.points[name];
        return [name, tried, proven, POINTS[name]];
      }),
    ),
    '',
    '"Proven": ledgers kept outside of the server show that the kill fell into the window.',
    '',
    ...table(['what must be zero', 'count'], Object.entries(verdict)),
    '',
    ...table(
      ['what happened', ''],
      [
        ['events acknowledged', summary.acknowledgedEvents],
        ['requests to the three destinations', summary.requestsToDestinations],
        ['events a destination accepted more than once, of 1,000', summary.acceptedAgainPerMille],
        ['replies posted', replies.posted],
        ['replies that reached their customer', replies.arrived],
        ['replies recorded as unknown, for a person to decide', replies.unknown],
        ['POSTs without an answer at a kill, sent again', summary.sentAgain],
        ['POSTs without an answer for good', summary.neverAnswered],
        ['answers other than 200', JSON.stringify(summary.refusals)],
        ['median from the start of a loaded process to ready, ms', summary.medianRestartMs],
        ['seconds of killing, and in all', `${summary.killSeconds}, ${summary.seconds}`],
      ],
    ),
  ].join('\n');
}

type Row = readonly (string | number)[];

const table = (head: Row, rows: readonly Row[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
