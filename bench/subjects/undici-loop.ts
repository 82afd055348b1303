/**
 * The least that can post the callbacks: undici with 64 requests in flight, the bodies and headers
 * ready in memory. Reads them from BODIES, posts them to URL, prints how long it took.
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const IN_FLIGHT = 64;

const url = new URL(process.env['URL'] ?? '');
const posts: { body: Buffer; headers: Record<string, string> }[] = JSON.parse(
  readFileSync(process.env['BODIES'] ?? '', 'utf8'),
).map((kept: { body: string; headers: Record<string, string> }) => ({
  headers: kept.headers,
  body: Buffer.from(kept.body, 'base64'),
}));
const pool = new Pool(url.origin, { connections: IN_FLIGHT });

let at = 0;
async function postSome(): Promise<void> {
  for (let post = posts[at]; post !== undefined; post = posts[at]) {
    at += 1;
    const answer = await pool.request({ path: url.pathname, method: 'POST', ...post });
    await answer.body.dump();
    if (answer.statusCode !== 200) {
      throw new Error(`Answered ${answer.statusCode}.`);
    }
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: IN_FLIGHT }, postSome));
console.log(`took ${performance.now() - startedAt} ms`);
await pool.close();
