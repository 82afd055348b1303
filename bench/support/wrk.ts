import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('post.lua', import.meta.url));
const PEOPLE = 2_000;
const LINES_AT_ONCE = 1_000;

let counter = 0;

/** A body as Meta sends it, with messages that no other body has. About 300 bytes for a single one. */
function makeBody(pageIds: readonly string[], events: number): string {
  const now = Date.now();
  const id = pageIds[counter % pageIds.length] ?? '';
  const messaging = Array.from({ length: events }, () => {
    counter += 1;
    return {
      sender: { id: `${id}${1_000 + ((counter * 7_919) % PEOPLE)}` },
      recipient: { id },
      timestamp: now,
      message: {
        mid: `m_${now}_${counter}_FzvJb0zvQxQ6z1cYk3pDq`,
        text: `Is the blue one still there? Number ${counter}, будь ласка.`,
      },
    };
  });
  return JSON.stringify({ object: 'page', entry: [{ id, time: now, messaging }] });
}

/** Writes signed bodies, one a line, for `post.lua`. */
export function prepareBodies(
  file: string,
  options: { count: number; events: number; pageIds: readonly string[]; secret: string },
): void {
  const { count, events, pageIds, secret } = options;
  const out = openSync(file, 'w');
  const mac = (hash: string, body: string) => createHmac(hash, secret).update(body).digest('hex');
  for (let written = 0; written < count; written += LINES_AT_ONCE) {
    const lines = Array.from({ length: Math.min(LINES_AT_ONCE, count - written) }, () => {
      const body = makeBody(pageIds, events);
      return `${mac('sha256', body)}\t${mac('sha1', body)}\t${body}\n`;
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
