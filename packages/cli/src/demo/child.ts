import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOG_LIMIT_BYTES = 20_000_000;
const SHOWN_LINES = 12;
/** The gateway gives itself 10 s to finish what is under way. */
const STOP_PATIENCE_MS = 12_000;

const stopWithParent = new URL('./stop-with-parent.ts', import.meta.url).href;

export type Child = {
  readonly name: string;
  /** Asks it to stop, waits, and insists in the end. */
  stop: () => Promise<void>;
};

/** Runs one TypeScript entry as a process of its own, with everything it says in `logFile`. */
export function startChild(options: {
  name: string;
  entry: string;
  args?: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
  /** Called when it ends without having been asked to, with the last lines it wrote. */
  onDeath: (death: { name: string; lastLines: string }) => void;
}): Child {
  const { name, entry, args = [], env, logFile, onDeath } = options;
  const saidBefore = makeRoom(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(
    process.execPath,
    ['--import', stopWithParent, fileURLToPath(entry), ...args],
    {
      env: { ...env },
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  let isWanted = true;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      if (isWanted) {
        onDeath({ name, lastLines: lastLines(logFile, saidBefore) });
      }
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  return {
    name,
    async stop() {
      isWanted = false;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(insist);
    },
  };
}

/** Puts a log that grew too long aside; gives the size of the one to append to. */
function makeRoom(file: string): number {
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size < LOG_LIMIT_BYTES) {
    return size;
  }
  renameSync(file, `${file}.1`);
  return 0;
}

function lastLines(file: string, from: number): string {
  const said = readFileSync(file).subarray(from).toString().trimEnd();
  return said.split('\n').slice(-SHOWN_LINES).join('\n');
}
