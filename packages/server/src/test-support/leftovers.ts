/**
 * A process of its own, because the test runner rewrites functions: does each thing fifty times, then
 * has V8 collect its young generation, and prints what is still there as JSON.
 *
 * `DATABASE_URL`: also asks a PostgreSQL.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import {
  newSecret,
  newSigningKey,
  readSigningKeys,
  signedHeaders,
} from '../modules/delivery/send/sign.ts';
import { openDatabase } from '../platform/db/index.ts';
import { createOutgoingHttp, type Sink } from '../platform/outgoing-http/index.ts';
import { systemRandom } from '../platform/random.ts';

const TIMES = 50;
const SIGNED_BYTES = 100_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

async function collectYoung(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    // A WeakRef holds what it gave until the turn is over.
    await nextTurn();
    collect({ type: 'minor' });
  }
}

/** How many of the objects are still there of which each call gives one. */
async function count(make: () => Promise<object>): Promise<number> {
  const made: WeakRef<object>[] = [];
  for (let times = 0; times < TIMES; times += 1) {
    made.push(new WeakRef(await make()));
  }
  await collectYoung();
  return made.filter((one) => one.deref() !== undefined).length;
}

async function exchanges(): Promise<number> {
  const http = createOutgoingHttp({ allow: ['127.0.0.1'] });
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { signal } = new AbortController();
  const left = await count(async () => {
    const choose = (): Sink => () => 'more';
    await http.receive(url, { maxBytes: 100, signal }, choose);
    return choose;
  });
  await http.close();
  server.close();
  return left;
}

/** Bytes of what was signed, in units of one message. */
async function signatures(): Promise<number> {
  const { privateKey } = newSigningKey(systemRandom);
  const keys = readSigningKeys({ secrets: [newSecret(systemRandom)], privateKey });
  const before = process.memoryUsage().arrayBuffers;
  for (let times = 0; times < TIMES; times += 1) {
    await signedHeaders(keys, { id: 'evt_1', timestamp: 1, body: Buffer.alloc(SIGNED_BYTES) });
  }
  await collectYoung();
  return Math.round((process.memoryUsage().arrayBuffers - before) / SIGNED_BYTES);
}

// biome-ignore lint/style/noProcessEnv: the test says here which database it has.
const url = process.env['DATABASE_URL'] ?? '';

async function answers(): Promise<number> {
  const db = await openDatabase({ url, file: '' });
  const left = await count(async () => {
    const { rows } = await sql<object>`select 1 as one`.execute(db.read);
    return rows[0] ?? {};
  });
  await db.close();
  return left;
}

const left = {
  exchanges: await exchanges(),
  signatures: await signatures(),
  ...(url === '' ? {} : { answers: await answers() }),
};
process.stdout.write(JSON.stringify(left));
