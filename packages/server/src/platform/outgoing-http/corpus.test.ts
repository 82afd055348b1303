import { createServer, type Socket } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutgoingHttp, type OutgoingHttp } from './index.ts';
import { corpusLookup, forbiddenUrls, PUBLIC_URLS } from './test-support/corpus.ts';

let arrived = 0;
const sockets = new Set<Socket>();
const listeners = ['127.0.0.1', '::1'].map((host) => ({
  host,
  server: createServer((socket) => {
    arrived += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret');
  }),
}));
let port = 0;
const opened: OutgoingHttp[] = [];

beforeAll(async () => {
  for (const { host, server } of listeners) {
    await new Promise<void>((resolve) => server.listen({ port, host }, resolve));
    port = (server.address() as { port: number }).port;
  }
});
afterAll(async () => {
  await Promise.all(opened.map((http) => http.close()));
  for (const socket of sockets) {
    socket.destroy();
  }
  for (const { server } of listeners) {
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Counts the sockets that are asked for, with the address they would go to. */
function createHttp(allow: readonly string[]) {
  const dialled: string[] = [];
  const http = createOutgoingHttp({
    allow,
    lookup: corpusLookup,
    buildConnector:
      ({ lookup }) =>
      (target, callback) => {
        const host = target.hostname.replace(/^\[|\]$/g, '');
        const dial = (address: string) => {
          dialled.push(address);
          callback(new Error('not in a test'), null);
        };
        if (/^[\d.]+$|:/.test(host)) {
          dial(host);
          return;
        }
        lookup(host, { all: false }, (error, address) =>
          error ? callback(error, null) : dial(String(address)),
        );
      },
  });
  opened.push(http);
  return { http, dialled };
}

test('the corpus is large, and its loopback entries would really arrive', async () => {
  const entries = forbiddenUrls(port);
  expect(entries.length).toBeGreaterThan(150);
  expect(new Set(entries.map(({ url }) => url)).size).toBe(entries.length);
  const unguarded = new Agent({ connect: { lookup: corpusLookup as never } });
  const reached = await Promise.all(
    entries
      .filter(({ why, url }) => why === 'loopback' && url.startsWith('http:'))
      .map(async ({ url }) => {
        const signal = AbortSignal.timeout(1_000);
        const answer = await request(url, { dispatcher: unguarded, signal }).catch(() => undefined);
        return (await answer?.body.text()) === 'secret';
      }),
  );
  await unguarded.destroy();
  expect(reached.filter(Boolean).length).toBeGreaterThan(25);
});

test('nothing of the corpus is connected to, through real sockets', async () => {
  const http = createOutgoingHttp({ allow: [], lookup: corpusLookup });
  opened.push(http);
  arrived = 0;
  for (const { url } of forbiddenUrls(port)) {
    const answer = await http.fetch(url, { maxBytes: 100, deadlineMs: 2_000 });
    expect(answer, url).toMatchObject({ kind: 'blocked' });
    expect(await http.resolveUrl(url), url).toMatchObject({ kind: 'refused' });
  }
  expect(arrived).toBe(0);
});

test('no socket is even asked for', async () => {
  const { http, dialled } = createHttp([]);
  for (const { url } of forbiddenUrls(port)) {
    await http.fetch(url, { maxBytes: 100 });
  }
  expect(dialled).toEqual([]);
});

test('what is entered is refused at once unless only its name could tell', () => {
  const { http } = createHttp([]);
  const passed = forbiddenUrls(port).filter(({ url }) => http.checkUrl(url).kind === 'ok');
  for (const { url } of passed) {
    expect(url).toMatch(/^https:\/\/[^/]*[a-zα-ωⓐ-ⓩ][^/]*\/$/i);
    expect(url).not.toMatch(/localhost|\[/i);
  }
});

test('an operator who allows everything still reaches no metadata', async () => {
  const { http, dialled } = createHttp(['0.0.0.0/0', '::/0']);
  const metadata = forbiddenUrls(port).filter(({ why }) => why === 'metadata');
  for (const { url } of metadata) {
    expect(await http.fetch(url, { maxBytes: 100 }), url).toEqual({
      kind: 'blocked',
      reason: 'address',
    });
  }
  expect(dialled).toEqual([]);
});

test('the public set passes, on every path', async () => {
  const { http, dialled } = createHttp([]);
  for (const url of PUBLIC_URLS) {
    expect(http.checkUrl(url), url).toEqual({ kind: 'ok' });
    expect(await http.resolveUrl(url), url).toEqual({ kind: 'ok' });
    const answer = await http.fetch(url, { maxBytes: 100 });
    expect(answer, url).toEqual({ kind: 'unreachable', reason: 'connection' });
  }
  expect(dialled).toHaveLength(PUBLIC_URLS.length);
});

test('a name that changes its mind between looking and connecting reaches nothing', async () => {
  const answers = [['157.240.1.35'], ['127.0.0.1']];
  const http = createOutgoingHttp({
    allow: [],
    lookup: ((_host: string, _options: object, callback: (e: null, found: object[]) => void) =>
      callback(
        null,
        (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
      )) as never,
    buildConnector,
  });
  opened.push(http);
  arrived = 0;
  expect(await http.resolveUrl('https://rebind.test/')).toEqual({ kind: 'ok' });
  expect(await http.fetch('https://rebind.test/', { maxBytes: 100 })).toEqual({
    kind: 'blocked',
    reason: 'address',
  });
  expect(arrived).toBe(0);
});
