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

const blocked = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '[::1]',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '0x7f.1',
  '2130706433',
  '017700000001',
  '127.1',
  'localhost',
  '',
];
const open = [
  '8.8.8.8',
  '1.1.1.1',
  '157.240.1.35',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '[2a03:2880:f12f::1]',
];

test.each(blocked)('%s is no public address', (address) => {
  expect(judgeAddress(address, [])).toBe('blocked');
});

test.each(open)('%s is a public address', (address) => {
  expect(judgeAddress(address, [])).toBe('global');
});

test('the operator may allow inner networks, but never metadata or link-local addresses', () => {
  const allow = parseNetworks(['0.0.0.0/0', '::/0']);
  expect(judgeAddress('10.1.2.3', allow)).toBe('allowed');
  expect(judgeAddress('::1', allow)).toBe('allowed');
  for (const never of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254']) {
    expect(judgeAddress(never, allow)).toBe('blocked');
  }
  expect(judgeAddress('127.0.0.2', parseNetworks(['127.0.0.1/32']))).toBe('blocked');
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

test('inner addresses are not connected to, however they are written', async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked += 1;
    response.end('secret');
  });
  const get = createHttp([]);
  for (const host of [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '127.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
  ]) {
    expect(await get(`http://${host}:${port}/`), host).toMatchObject({ kind: 'blocked' });
    expect(await get(`https://${host}/`), host).toMatchObject({ kind: 'blocked' });
  }
  expect(asked).toBe(0);
});

test('a name is judged by the address it is connected to', async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked += 1;
    response.end('ok');
  });
  const url = `http://pictures.test:${port}/`;
  expect(await createHttp([], '127.0.0.1')(url)).toEqual({ kind: 'blocked' });
  expect(await createHttp([], '8.8.8.8', '127.0.0.1')(url)).toEqual({ kind: 'blocked' });
  expect(await createHttp([], '127.0.0.1')('https://pictures.test/')).toEqual({ kind: 'blocked' });
  expect(asked).toBe(0);
  const allowed = await createHttp(['127.0.0.1/32'], '127.0.0.1')(url);
  expect(allowed).toEqual({ kind: 'ok', status: 200, body: Buffer.from('ok') });
});

test('public hosts are reached over https on its own port only', async () => {
  expect(await createHttp([], '8.8.8.8')('http://pictures.test/')).toEqual({ kind: 'blocked' });
  expect(await createHttp([])('http://8.8.8.8/')).toEqual({ kind: 'blocked' });
  expect(await createHttp([])('https://8.8.8.8:6379/')).toEqual({ kind: 'blocked' });
});

test.each([
  'ftp://pictures.test/',
  'file:///etc/passwd',
  'data:image/png,x',
  'https://user:password@pictures.test/',
  'not a url',
  '',
])('%s is not asked for', async (url) => {
  expect(await createHttp(['0.0.0.0/0'])(url)).toEqual({ kind: 'blocked' });
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
