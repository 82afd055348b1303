import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { WEBHOOK_VECTOR } from '@chatgate/meta-protocol';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { Secret } from '../../platform/secret.ts';
import { testDatabase } from '../../test-support/database.ts';
import { isSigned } from './signature.ts';
import { type Bench, bodyOf, createBench, keyOf, signatureOf, text } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  bench = await createBench(db);
});

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).error.code;
const handshake = {
  'hub.mode': 'subscribe',
  'hub.challenge': '1158201444',
  'hub.verify_token': 'the-verify-token',
};

test('the handshake with the right token is answered with the challenge, as plain text', async () => {
  const answer = await bench.handshake(handshake);
  expect([answer.statusCode, answer.body]).toEqual([200, '1158201444']);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(bench.seen.handshakes).toBe(1);
});

test.each([
  ['another token', { 'hub.verify_token': 'the-verify-tokem' }],
  ['a longer token', { 'hub.verify_token': 'the-verify-token-and-more' }],
  ['no token', { 'hub.verify_token': '' }],
  ['two tokens', { 'hub.verify_token': ['the-verify-token', 'the-verify-token'] }],
])('a handshake with %s is refused, and noted as such', async (_case, change) => {
  const answer = await bench.handshake({ ...handshake, ...change });
  expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'verify_token_wrong']);
  expect(bench.seen).toMatchObject({ handshakes: 0, refusedHandshakes: 1 });
});

test.each([
  ['markup', { 'hub.challenge': '<script>alert(1)</script>' }],
  ['257 characters', { 'hub.challenge': '1'.repeat(257) }],
  ['another mode', { 'hub.mode': 'unsubscribe' }],
])('a challenge with %s is not echoed', async (_case, change) => {
  const answer = await bench.handshake({ ...handshake, ...change });
  expect([answer.statusCode, codeOf(answer)]).toEqual([400, 'invalid']);
});

test('an unknown gateway is not found, whatever is sent', async () => {
  expect((await bench.handshake(handshake, 'nobody')).statusCode).toBe(404);
  const answer = await bench.post(bodyOf([text('m_404')]), { uri: 'nobody' });
  expect([answer.statusCode, codeOf(answer)]).toEqual([404, 'not_found']);
});

test("Meta's own vector is accepted with the bytes as they travel", async () => {
  const headers = { 'x-hub-signature-256': WEBHOOK_VECTOR.sha256 };
  expect((await bench.post(WEBHOOK_VECTOR.body, { headers })).statusCode).toBe(200);
});

test('during a rotation the older secret is accepted as well', async () => {
  const answer = await bench.post(bodyOf([text('m_old')]), { secret: 'an_older_secret' });
  expect(answer.statusCode).toBe(200);
});

const body = bodyOf([text('m_refused')]);
test.each([
  ['missing', {}],
  ['made with another secret', { 'x-hub-signature-256': signatureOf(body, 'guess') }],
  ['made over the re-printed body', { 'x-hub-signature-256': WEBHOOK_VECTOR.reprinted }],
  ['too short', { 'x-hub-signature-256': signatureOf(body).slice(0, -2) }],
  ['too long', { 'x-hub-signature-256': `${signatureOf(body)}00` }],
  ['not hexadecimal', { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }],
  ['without its prefix', { 'x-hub-signature-256': signatureOf(body).slice(7) }],
  ['made with an empty key', { 'x-hub-signature-256': signatureOf(body, '') }],
  ['only the old SHA-1', { 'x-hub-signature': WEBHOOK_VECTOR.sha1 }],
])('a signature that is %s gets 401 and nothing is stored', async (_case, headers) => {
  const before = (await bench.rows()).length;
  const answer = await bench.app.inject({
    method: 'POST',
    url: '/meta/uri-of-the-gateway/webhook',
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
  expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'signature_invalid']);
  expect(await bench.rows()).toHaveLength(before);
});

test('a gateway without a secret accepts nothing, not even what is signed with no key', () => {
  const signature = signatureOf(body, '');
  expect(isSigned(Buffer.from(body), signature, [new Secret('')])).toBe(false);
  expect(isSigned(Buffer.from(body), signature, [])).toBe(false);
});

test('a body beyond 8 MiB gets 413 and an error in the log', async () => {
  const answer = await bench.post(Buffer.alloc(8 * 1024 * 1024 + 1, ' '));
  expect([answer.statusCode, codeOf(answer)]).toEqual([413, 'too_large']);
  expect(bench.seen.lines).toMatchObject([{ level: 'error', event: 'event.refused' }]);
});

test('a body that does not say how long it is gets 413 as soon as it is too long', async () => {
  const chunks = Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, ' '));
  const answer = await bench.app.inject({
    method: 'POST',
    url: '/meta/uri-of-the-gateway/webhook',
    payload: Readable.from(chunks),
  });
  expect([answer.statusCode, codeOf(answer)]).toEqual([413, 'too_large']);
});

test('a body that says it is too long is not waited for', async () => {
  await bench.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = bench.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /meta/uri-of-the-gateway/webhook HTTP/1.1\r\nhost: here\r\ncontent-length: 8388609\r\n\r\n',
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('HTTP/1.1 413');
  socket.destroy();
  await bench.app.close();
});

test('a body that is cut off is counted, and nothing of it is stored', async () => {
  await bench.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = bench.app.server.address() as AddressInfo;
  const before = (await bench.rows()).length;
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /meta/uri-of-the-gateway/webhook HTTP/1.1\r\nhost: here\r\ncontent-length: 99\r\n\r\n{',
  );
  const [request] = await once(bench.app.server, 'request');
  socket.destroy();
  await new Promise((resolve) => request.once('close', resolve));
  expect(await bench.rows()).toHaveLength(before);
  const answers = bench.ingest.measured.answers.read();
  expect(answers.find(({ labels }) => labels[0] === '400')?.value).toBe(1);
  expect((await bench.post(bodyOf([text('m_after_the_cut')]))).statusCode).toBe(200);
  await bench.app.close();
});

test('a body of exactly 8 MiB is stored', async () => {
  const short = bodyOf([text('m_8mib', '')]);
  const words = 'x'.repeat(8 * 1024 * 1024 - short.length);
  const answer = await bench.post(bodyOf([text('m_8mib', words)]));
  expect(answer.statusCode).toBe(200);
  const row = (await bench.rows()).find(({ dedupe_key }) => dedupe_key === keyOf('m_8mib'));
  expect(row?.raw.length).toBeGreaterThan(words.length);
});

test.each([
  ['another', 'text/html'],
  ['an odd', 'nonsense'],
  ['an empty', ''],
])('%s content type does not keep a signed body out', async (_case, type) => {
  const answer = await bench.post(bodyOf([text(`m_type_${type}`)]), {
    headers: { 'content-type': type },
  });
  expect(answer.statusCode).toBe(200);
});

test('the word __proto__ in a signed body is stored like any other', async () => {
  const raw = `{"object":"page","entry":[{"id":"1001","messaging":[{"sender":{"id":"9001"},"__proto__":{"polluted":true},"constructor":{"prototype":1},"message":{"mid":"m_proto","text":"x"}}]}]}`;
  expect((await bench.post(raw)).statusCode).toBe(200);
  const row = (await bench.rows()).find(({ dedupe_key }) => dedupe_key === 'm m_proto');
  expect(row?.raw).toContain('"__proto__":{"polluted":true}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test.each([
  ['not JSON', '{"object":"page","entry":[', 'unparseable'],
  ['empty', '', 'unparseable'],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'unparseable'],
  ['full of NUL', Buffer.alloc(12), 'unparseable'],
  ['nested beyond the stack', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'unparseable'],
  ['a number', '17', 'no_page'],
  ['an entry without a Page', '{"object":"page","entry":[{"messaging":[{}]}]}', 'no_page'],
  ['an entry that is a word', '{"object":"page","entry":["what"]}', 'no_page'],
])('a signed body that is %s gets 200 and is kept, parked', async (_case, raw, reason) => {
  const before = new Set((await bench.rows()).map(({ id }) => id));
  expect((await bench.post(raw)).statusCode).toBe(200);
  const rows = (await bench.rows()).filter(({ id }) => !before.has(id));
  expect(rows).toMatchObject([{ state: 'parked', reason }]);
});
