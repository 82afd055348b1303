import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A server that is measured, in a process of its own. */
export type Subject = {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/** Starts `bench/subjects/<file>`, which prints its address once it listens. */
export async function startSubject(
  file: string,
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Promise<Subject> {
  const path = fileURLToPath(new URL(`../subjects/${file}`, import.meta.url));
  const child = spawn(process.execPath, [...nodeArgs, path], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const line = /^(http:\S+)$/m.exec(said)?.[1];
      if (line !== undefined) {
        resolve(line);
      }
    });
    child.once('exit', (code) => reject(new Error(`The subject ended with ${code}:\n${said}`)));
  });
}
