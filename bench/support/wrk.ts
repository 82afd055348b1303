import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createBodyMaker, sign } from './bodies.ts';

const SCRIPT = fileURLToPath(new URL('post.lua', import.meta.url));
const PEOPLE = 2_000;
const LINES_AT_ONCE = 1_000;

/** Writes signed requests without their first line, each after its length in six digits, for `post.lua`. */
export function prepareBodies(
  file: string,
  options: { count: number; events: number; pageIds: readonly string[]; secret: string },
): void {
  const { count, events, pageIds, secret } = options;
  const out = openSync(file, 'w');
  const next = createBodyMaker({ pageIds, people: PEOPLE, events });
  for (let written = 0; written < count; written += LINES_AT_ONCE) {
    const lines = Array.from({ length: Math.min(LINES_AT_ONCE, count - written) }, () => {
      const { bytes } = next();
      const request = [
        'Host: 127.0.0.1',
        'Content-Type: application/json',
        `X-Hub-Signature-256: sha256=${sign('sha256', secret, bytes)}`,
        `X-Hub-Signature: sha1=${sign('sha1', secret, bytes)}`,
        `Content-Length: ${Buffer.byteLength(bytes)}`,
        '',
        bytes,
      ].join('\r\n');
      return `${String(Buffer.byteLength(request)).padStart(6, '0')}${request}`;
    });
    writeSync(out, lines.join(''));
  }
  closeSync(out);
}

export type Load = { readonly requests: number; readonly seconds: number; readonly p99Ms: number };

/** One round: 64 connections for so many seconds. Throws unless every answer was 2xx. */
export async function runWrk(options: {
  url: string;
  path: string;
  bodies: string;
  seconds: number;
}): Promise<Load> {
  const { url, path, bodies, seconds } = options;
  const args = ['-t1', '-c64', `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT, url];
  const output = await run('wrk', [...args, '--', bodies, path]);
  const found = /^RESULT (.*)$/m.exec(output)?.[1];
  if (found === undefined) {
    throw new Error(`wrk gave no result:\n${output}`);
  }
  const { requests, us, refused, broken, p99Us } = JSON.parse(found);
  if (refused > 0 || broken > 0 || requests === 0) {
    throw new Error(`${refused} refused and ${broken} broken of ${requests} requests to ${url}`);
  }
  return { requests, seconds: us / 1e6, p99Ms: p99Us / 1_000 };
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('exit', () => resolve(output));
  });
}
