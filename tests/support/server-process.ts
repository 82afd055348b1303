import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export { freePort } from '../../packages/server/src/test-support/free-port.ts';

const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
/** Long, for a machine that does much else; a server that failed is seen at once by its exit. */
const READY_WITHIN_MS = 60_000;

export const ADMIN = { email: 'admin@example.test', password: 'a long enough password' };

export const SERVER_ENV = {
  CHATGATE_SECRET_KEY: 'ab'.repeat(32),
  CHATGATE_ADMIN_EMAIL: ADMIN.email,
  CHATGATE_ADMIN_PASSWORD: ADMIN.password,
  CHATGATE_OUTGOING_ALLOW: '127.0.0.1/32',
};

export type ServerProcess = {
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote so far. */
  readonly output: () => string;
  /** SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** To what was preloaded into it; resolves when that says that it has heard. */
  readonly say: (message: string) => Promise<void>;
};

/** The production entry in a process of its own, ready to answer. */
export const startServerProcess = (env: Record<string, string>): Promise<ServerProcess> =>
  startServerWith({ args: [MAIN], env });

/** The same with arguments of Node's. */
export async function startServerWith({
  args,
  env,
  heard,
}: {
  args: readonly string[];
  env: Record<string, string>;
  heard?: (output: string) => void;
}): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...SERVER_ENV,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      heard?.(chunk.toString());
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${env['PORT'] ?? '8080'}`;
  await ready(url, child, () => output);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    say(message) {
      const answered = new Promise<void>((resolve) => child.once('message', () => resolve()));
      child.send(message);
      return answered;
    },
  };
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not become ready:\n${output()}`);
}
