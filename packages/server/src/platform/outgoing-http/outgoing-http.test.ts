import type { lookup as dnsLookup } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createOutgoingHttp, judgeAddress, parseNetworks } from './index.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

test('an address is as long as it is once everything in it is escaped', () => {
  const http = createOutgoingHttp({ allow: [] });
  const lengthened = `https://shop.example/${'ї'.repeat(400)}`;
  expect(http.checkUrl(lengthened)).toEqual({ kind: 'refused', reason: 'malformed' });
  expect(http.checkUrl(`https://shop.example/${'i'.repeat(400)}`)).toEqual({ kind: 'ok' });
});

test('the operator may allow inner networks, but never metadata or link-local addresses', () => {
  const allow = parseNetworks(['0.0.0.0/0', '::/0']);
  expect(judgeAddress('10.1.2.3', allow)).toBe('allowed');
  expect(judgeAddress('::1', allow)).toBe('allowed');
  for (const never of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254']) {
    expect(judgeAddress(never, allow)).toBe('blocked');
  }
  expect(judgeAddress('127.0.0.2', parseNetworks(['127.0.0.1/32']))).toBe('blocked');
  expect(judgeAddress('10.0.0.5', parseNetworks(['10.0.0.5', 'fd12::1']))).toBe('allowed');
});

test('an allowed translator reaches what its inner address may reach', () => {
  const allow = parseNetworks(['64:ff9b::/96', '10.0.0.0/8']);
  expect(judgeAddress('64:ff9b::8.8.8.8', allow)).toBe('global');
  expect(judgeAddress('64:ff9b::10.0.0.1', allow)).toBe('allowed');
  expect(judgeAddress('64:ff9b::192.168.0.1', allow)).toBe('blocked');
  expect(judgeAddress('64:ff9b::8.8.8.8', [])).toBe('blocked');
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A resolver that answers with these addresses, whatever is asked. */
const resolver = (...addresses: string[]) =>
  ((_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof dnsLookup;

function createHttp(allow: string[], ...addresses: string[]) {
  const http = createOutgoingHttp({
    allow,
    ...(addresses.length > 0 ? { lookup: resolver(...addresses) } : {}),
  });
  closing.push(() => http.close());
  return (url: string, limits: { maxBytes?: number; deadlineMs?: number } = {}) =>
    http.fetch(url, { maxBytes: 1_000, deadlineMs: 2_000, ...limits });
}

test('a name is judged by the address it is connected to', async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked += 1;
    response.end('ok');
  });
  const url = `http://pictures.test:${port}/`;
  expect(await createHttp([], '127.0.0.1')(url)).toMatchObject({ kind: 'blocked' });
  expect(await createHttp([], '8.8.8.8', '127.0.0.1')(url)).toMatchObject({ kind: 'blocked' });
  expect(await createHttp([], '127.0.0.1')('https://pictures.test/')).toMatchObject({
    kind: 'blocked',
  });
  expect(asked).toBe(0);
  const allowed = await createHttp(['127.0.0.1/32'], '127.0.0.1')(url);
  expect(allowed).toMatchObject({ kind: 'ok', status: 200, body: Buffer.from('ok') });
});

test('public hosts are reached over https on its own port only', async () => {
  expect(await createHttp([], '8.8.8.8')('http://pictures.test/')).toMatchObject({
    kind: 'blocked',
  });
  expect(await createHttp([])('http://8.8.8.8/')).toMatchObject({ kind: 'blocked' });
  expect(await createHttp([])('https://8.8.8.8:6379/')).toMatchObject({ kind: 'blocked' });
});

test('redirects are not followed, bodies are capped, and there is one deadline', async () => {
  const port = await serve((request, response) => {
    if (request.url === '/redirect') {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    } else if (request.url === '/large') {
      response.end(Buffer.alloc(1_001));
    } else {
      response.writeHead(200).write('x');
    }
  });
  const get = createHttp(['127.0.0.1/32']);
  const base = `http://127.0.0.1:${port}`;
  expect(await get(`${base}/redirect`)).toMatchObject({ kind: 'ok', status: 302 });
  expect(await get(`${base}/large`)).toEqual({ kind: 'too_large' });
  expect(await get(`${base}/slow`, { deadlineMs: 50 })).toEqual({
    kind: 'unreachable',
    reason: 'deadline',
  });
  expect(await get('http://127.0.0.1:1/')).toEqual({ kind: 'unreachable', reason: 'connection' });
});
