import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { buildConnector } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { createOutgoingHttp, type Head, type Sink } from './index.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => listen(createHttpServer(listener));

/** A server that writes this, again and again, and never ends. */
const dripping = (first: string, again: string) =>
  createServer((socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(again), 5);
    socket.on('close', () => clearInterval(timer));
  });

function createHttp(options: { lookup?: unknown; buildConnector?: unknown } = {}) {
  const http = createOutgoingHttp({ allow: ['127.0.0.1'], ...(options as object) });
  closing.push(() => http.close());
  return http;
}

const LATE = { kind: 'unreachable', reason: 'deadline' };
const limits = { maxBytes: 1_000, deadlineMs: 100 };

test('one deadline covers the name', async () => {
  const http = createHttp({ lookup: () => {} });
  expect(await http.fetch('https://never.test/', limits)).toEqual(LATE);
  expect(await http.resolveUrl('https://never.test/', 50)).toEqual({
    kind: 'refused',
    reason: 'unknown_name',
  });
});

test('what waited for its connection beyond the deadline is not sent over it', async () => {
  const asked: (string | undefined)[] = [];
  const port = await serve((request, response) => {
    asked.push(request.url);
    response.end();
  });
  const { promise: mayConnect, resolve: connectNow } = Promise.withResolvers<void>();
  const { promise: connected, resolve: hasConnected } = Promise.withResolvers<void>();
  const http = createHttp({
    buildConnector: (options: Parameters<typeof buildConnector>[0]) =>
      (async (target, done) => {
        await mayConnect;
        buildConnector(options)(target, (...args) => {
          done(...args);
          hasConnected();
        });
      }) satisfies buildConnector.connector,
  });
  const late = http.fetch(`http://127.0.0.1:${port}/late`, limits);
  expect(await late).toEqual(LATE);
  connectNow();
  await connected;
  expect(await http.fetch(`http://127.0.0.1:${port}/next`, { maxBytes: 10 })).toMatchObject({
    kind: 'ok',
  });
  expect(asked).toEqual(['/next']);
});

test('one deadline covers TLS with a server that says nothing', async () => {
  const port = await listen(createServer(() => {}));
  expect(await createHttp().fetch(`https://127.0.0.1:${port}/`, limits)).toEqual(LATE);
});

test.each([
  ['headers', 'HTTP/1.1 200 OK\r\n', 'x-a: 1\r\n'],
  ['the body', 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n', 'x'],
])('one deadline covers %s that never end', async (_what, first, again) => {
  const port = await listen(dripping(first, again));
  expect(await createHttp().fetch(`http://127.0.0.1:${port}/`, limits)).toEqual(LATE);
});

test('headers without end are cut off long before they fill the memory', async () => {
  const port = await listen(dripping('HTTP/1.1 200 OK\r\n', `x-a: ${'x'.repeat(20_000)}\r\n`));
  const answer = await createHttp().fetch(`http://127.0.0.1:${port}/`, {
    maxBytes: 10,
    deadlineMs: 5_000,
  });
  expect(answer).toEqual({ kind: 'unreachable', reason: 'answer' });
});

test('a body that unpacks to more than it weighs is never unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  let wanted: unknown;
  const port = await serve((request, response) => {
    wanted = request.headers['accept-encoding'];
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const answer = await createHttp().fetch(`http://127.0.0.1:${port}/`, {
    maxBytes: 20_000,
    deadlineMs: 5_000,
  });
  expect(answer).toMatchObject({ kind: 'ok', body: bomb });
  expect(wanted).toBe('identity');
});

test('what is posted arrives as it is, and answers tell their headers', async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      seen.push(request.method, request.headers['x-signature'], text);
      response.writeHead(503, { 'Retry-After': '7' }).end('later');
    });
  });
  const answer = await createHttp().fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'x-signature': 'v1,abc' },
    body: '{"a":"ї"}',
    maxBytes: 100,
  });
  expect(seen).toEqual(['POST', 'v1,abc', '{"a":"ї"}']);
  expect(answer).toMatchObject({ kind: 'ok', status: 503, headers: { 'retry-after': '7' } });
});

test('of a longer body the beginning is kept, where the caller wants that', async () => {
  const port = await serve((_request, response) => {
    response.end('0123456789');
  });
  const get = (maxBytes: number) =>
    createHttp().fetch(`http://127.0.0.1:${port}/`, { maxBytes, overflow: 'cut' });
  expect(await get(4)).toMatchObject({ kind: 'ok', body: Buffer.from('0123'), isCut: true });
  expect(await get(10)).toMatchObject({
    kind: 'ok',
    body: Buffer.from('0123456789'),
    isCut: false,
  });
});

test('a body goes where the caller says, and no further than it may', async () => {
  const port = await serve((request, response) => {
    response.writeHead(request.url === '/missing' ? 404 : 200).end(Buffer.alloc(500_000, 'x'));
  });
  const http = createHttp();
  const receive = async (path: string, maxBytes: number, sink?: Sink) => {
    let taken = 0;
    const heads: Head[] = [];
    const answer = await http.receive(`http://127.0.0.1:${port}${path}`, { maxBytes }, (head) => {
      heads.push(head);
      return head.status === 200
        ? (sink ??
            ((chunk) => {
              taken += chunk.length;
              return 'more';
            }))
        : undefined;
    });
    return { answer, taken };
  };
  expect(await receive('/', 500_000)).toMatchObject({ answer: { bytes: 500_000 }, taken: 500_000 });
  expect(await receive('/', 500_000, async () => 'more' as const)).toMatchObject({
    answer: { bytes: 500_000 },
  });
  expect(await receive('/', 499_999)).toMatchObject({ answer: { kind: 'too_large' } });
  expect(await receive('/missing', 10)).toMatchObject({ answer: { kind: 'ok', status: 404 } });
  await expect(
    receive('/', 500_000, () => {
      throw new Error('disk full');
    }),
  ).rejects.toThrow('disk full');
  await expect(
    receive('/', 500_000, async () => {
      throw new Error('disk full, as it turned out');
    }),
  ).rejects.toThrow('as it turned out');
});

test.each([
  ['nobody listens', () => 'http://127.0.0.1:1/', 'connection'],
  [
    'the answer is not HTTP',
    async () =>
      `http://127.0.0.1:${await listen(createServer((s) => s.once('data', () => s.end('hello\r\n'))))}/`,
    'answer',
  ],
  [
    'TLS is answered with something else',
    async () => `https://127.0.0.1:${await serve((_request, response) => response.end())}/`,
    'tls',
  ],
])('the caller is told that %s', async (_what, makeUrl, reason) => {
  const answer = await createHttp().fetch(await makeUrl(), { maxBytes: 10 });
  expect(answer).toEqual({ kind: 'unreachable', reason });
});

test('a name without address is told apart from a host that is down', async () => {
  const http = createHttp({
    lookup: (_host: string, _options: object, callback: (error: Error | null) => void) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
  });
  expect(await http.fetch('https://gone.test/', { maxBytes: 10 })).toEqual({
    kind: 'unreachable',
    reason: 'name',
  });
});
