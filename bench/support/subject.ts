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
): Promise<Subject> {
  const child = spawnSubject(file, env);
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

/** Runs `bench/subjects/<file>` until it ends; gives what it printed. */
export async function runToEnd(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawnSubject(file, env);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
  }
  const code = await ended;
  if (code !== 0) {
    throw new Error(`The subject ended with ${code}:\n${said}`);
  }
  return said;
}

function spawnSubject(file: string, env: Readonly<Record<string, string>>) {
  const path = fileURLToPath(new URL(`../subjects/${file}`, import.meta.url));
  return spawn(process.execPath, [path], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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

/** `PROFILE` set: the process writes a processor profile into that folder when it ends. */
export function profiling(): Record<string, string> {
  const folder = process.env['PROFILE'];
  return folder ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } : {};
}
