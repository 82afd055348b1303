import { type AddressInfo, connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIds } from '../ids.ts';
import { silentLog } from '../log.ts';
import { systemRandom } from '../random.ts';
import { type ClientLimits, createHttpServer } from './server.ts';

/** The proportions of the real ones. */
const SHORT: ClientLimits = {
  ...{ headersMs: 300, requestMs: 600, lookEveryMs: 50, idleMs: 2_000 },
  ...{ requestsPerSocket: 3, sockets: 40 },
};

let app: FastifyInstance;
let port: number;
const sockets: Socket[] = [];

/** A server with one route, on a port of its own. */
async function listen(prepare: (server: FastifyInstance) => void = () => {}): Promise<void> {
  app = createHttpServer({
    ids: createIds({ clock: { now: () => Date.now() }, random: systemRandom }),
    ...{ log: silentLog, trustedProxies: [], undeclared: 'refuse', limits: SHORT },
  });
  app.post('/take', async () => 'taken');
  prepare(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
}

beforeEach(() => listen());
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  await app.close();
});

/** A socket of somebody who means no good; `ended` tells what it was told before it was closed. */
async function open(first = '') {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(said)));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(first);
  return { socket, ended };
}

/** Writes a byte now and then, for ever. */
function drip(socket: Socket, byte: string): void {
  const timer = setInterval(() => socket.write(byte), 20);
  socket.once('close', () => clearInterval(timer));
}

const HEAD = 'POST /take HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n';

test('headers that come drop by drop are cut off with 408', async () => {
  const { socket, ended } = await open('POST /take HTTP/1.1\r\nx-slow: ');
  drip(socket, 'x');
  expect(await ended).toContain('408');
});

test('a body that comes drop by drop is cut off with 408, however long it said to be', async () => {
  const { socket, ended } = await open(`${HEAD}content-length: 100000\r\n\r\n`);
  drip(socket, ' ');
  expect(await ended).toContain('408');
});

test('a socket on which nothing is said is closed as well', async () => {
  const { ended } = await open();
  expect(await ended).toMatch(/^$|408/);
});

test('thirty slow clients do not hold up whoever is quick', async () => {
  const slow = await Promise.all(
    Array.from({ length: 30 }, () => open(`${HEAD}content-length: 100000\r\n\r\n`)),
  );
  for (const { socket } of slow) {
    drip(socket, ' ');
  }
  for (let index = 0; index < 20; index += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/take`, { method: 'POST' });
    expect(answer.status).toBe(200);
  }
  await Promise.all(slow.map(({ ended }) => ended));
});

test('more sockets than may be are closed, and those that are there go on', async () => {
  const first = await open();
  await Promise.all(Array.from({ length: SHORT.sockets - 1 }, () => open()));
  const { ended } = await open();
  expect(await ended).toBe('');
  const answered = new Promise((resolve) => first.socket.once('data', resolve));
  first.socket.write(`${HEAD}content-length: 2\r\n\r\n{}`);
  expect(String(await answered)).toContain('HTTP/1.1 200');
});

test('a socket serves so many requests and is then made anew', async () => {
  const { socket, ended } = await open();
  const one = `${HEAD}content-length: 2\r\n\r\n{}`;
  for (let number = 1; number <= SHORT.requestsPerSocket; number += 1) {
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(one);
    const expected = number < SHORT.requestsPerSocket ? 'keep-alive' : 'close';
    expect(String(await answered).toLowerCase()).toContain(`connection: ${expected}`);
  }
  await ended;
});

test('what comes on an open connection while the server closes is answered, not refused', async () => {
  let letGo: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await app.close();
  await listen((server) => server.addHook('preClose', () => held));
  const { socket } = await open();
  const closing = app.close();
  const answered = new Promise((resolve) => socket.once('data', resolve));
  socket.write(`${HEAD}content-length: 2\r\n\r\n{}`);
  expect(String(await answered)).toContain('HTTP/1.1 200');
  socket.destroy();
  letGo();
  await closing;
});
