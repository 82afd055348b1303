// Runs every check and every suite, one after the other, and counts: a check is one pass or one
// failure, a suite as many as it has tests. A suite that leaves no report behind is one failure.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const MINUTE_MS = 60_000;
const BUDGET_MS = (process.env.FULL ? 59 : 45) * MINUTE_MS;
const HEARTBEAT_MS = 10_000;
const SHOWN_LINES = 60;

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'chatgate-reports-'));
const vitest = (name, ...args) => ({
  name,
  program: 'vitest',
  args: [
    ...['run', ...args, '--reporter=dot', '--reporter=json'],
    // Vitest would leave one core free; of two that is half (125 s instead of 64 s on PostgreSQL).
    `--maxWorkers=${availableParallelism()}`,
  ],
  report: join(reports, `${name.replaceAll(' ', '-')}.json`),
});
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
// As `npm run` would, without waiting for npm.
const check = (name) => ({ name, program: 'sh', args: ['-c', scripts[name]] });

const steps = [
  ...['lint', 'texts', 'types', 'bounds', 'dead', 'docs'].map(check),
  vitest('tests on SQLite', '--project', 'sqlite'),
  vitest('tests on PostgreSQL', '--project', 'postgres'),
  // Whole product: end to end in a browser, and killed in the middle of its work.
  vitest('whole product', '--config', 'tests/vitest.config.mjs'),
].filter(({ args }) => !args.includes('--config') || existsSync(join(root, args.at(2) ?? '')));

/** script/test says when it began, so that its set-up counts, too. */
const started = Number(process.argv[2] ?? 0) * 1_000 || Date.now();
const total = { passed: 0, failed: 0 };
let running;
// Whoever stops the run stops the step with all it has started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (running) {
      endGroup(running, 'SIGTERM');
    }
    rmSync(reports, { recursive: true, force: true });
    process.exit(130);
  });
}
for (const step of steps) {
  const { passed, failed } = await take(step);
  total.passed += passed;
  total.failed += failed;
}
rmSync(reports, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function take(step) {
  const from = Date.now();
  process.stdout.write(`${step.name} …`);
  const heartbeat = setInterval(() => process.stdout.write('.'), HEARTBEAT_MS);
  const { status, output } = await runStep(step, started + BUDGET_MS - from);
  clearInterval(heartbeat);
  const counts = step.report ? countTests(step.report, status) : countCheck(status);
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  const verdict =
    counts.failed === 0 ? 'ok' : status === undefined ? 'out of time' : `${counts.failed} failed`;
  const skipped = counts.skipped ? `, ${counts.skipped} not run` : '';
  const passed = step.report ? `, ${counts.passed} passed${skipped}` : '';
  console.log(` ${verdict}${passed} (${seconds} s)`);
  if (counts.failed > 0) {
    console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
    for (const line of counts.failures ?? []) {
      console.log(`  ${line}`);
    }
  }
  return counts;
}

/** `status` is undefined when the time ran out. */
function runStep({ program, args, report }, timeLeftMs) {
  if (timeLeftMs <= 0) {
    return { status: undefined, output: 'There was no time left for it.' };
  }
  return new Promise((resolve) => {
    const extra = report ? [`--outputFile.json=${report}`] : [];
    const child = spawn(program, [...args, ...extra], {
      cwd: root,
      // A group of its own, so that servers and browsers a suite started end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
        CI: '1',
        NO_COLOR: '1',
      },
    });
    running = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), 3_000).unref();
    }, timeLeftMs);
    const end = (status) => {
      clearTimeout(timer);
      running = undefined;
      resolve({ status: isLate ? undefined : status, output });
    };
    child.once('error', (error) => {
      output += error.message;
      end(1);
    });
    // `exit` and not `close`: something left behind may hold the pipes open for ever.
    child.once('exit', (status) => {
      setImmediate(() => {
        endGroup(child, 'SIGKILL');
        end(status ?? 1);
      });
    });
  });
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

function countCheck(status) {
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function countTests(file, status) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: ['It left no report: it crashed or was stopped.'] };
  }
  // A set-up that failed: its tests count as skipped, and only the file says that it failed.
  const broken = report.testResults.filter(
    ({ status: verdict, assertionResults }) =>
      verdict === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const failures = [
    ...report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter((result) => result.status === 'failed')
        .map((result) => `${name.replace(`${root}/`, '')}: ${result.fullName}`),
    ),
    ...broken.map(
      ({ name }) => `${name.replace(`${root}/`, '')}: its set-up failed, or it could not be read`,
    ),
  ];
  // An error outside every test (in set-up, in the background) shows in the exit code alone.
  if (failures.length === 0 && status !== 0) {
    failures.push('It ended with an error that no test accounts for.');
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: failures.length, failures, skipped };
}
