import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { findAttachment } from './store.ts';
import { type Bench, createBench, PNG } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
  bench = await createBench(db);
});

async function keep(body: Buffer | string, more: Parameters<Bench['want']>[1] = {}) {
  bench.world.answer = (_request, response) => response.end(body);
  const message = await bench.want('/some/file', more);
  await bench.fetcher.drain();
  const file = await bench.fileOf(message);
  return `/attachments/${file?.id}`;
}

const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  bench.app.inject({ method, url, headers });

const bytes = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(80)]);
const mp4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(200, 7)]);

test('a picture that is one is shown in place, and nothing in it may run', async () => {
  const answer = await get(await keep(PNG, { title: 'Кіт "1"\r\nx.png' }));
  expect(answer.statusCode).toBe(200);
  expect(answer.rawPayload).toEqual(PNG);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(PNG.length),
    'content-disposition': `inline; filename="___  1 x.png"; filename*=UTF-8''%D0%9A%D1%96%D1%82%20%201%20x.png`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
});

test.each([
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['HTML', '<!doctype html><script>alert(1)</script>'],
  ['PDF', '%PDF-1.4 x'],
  ['XML', '<?xml version="1.0"?><x/>'],
  ['a script', 'alert(1)'],
  ['an empty-looking PNG', Buffer.from('89504e47', 'hex')],
  ['an icon', bytes('00000100')],
  ['TIFF', bytes('49492a00')],
  ['BMP', bytes('424d')],
  ['ZIP', bytes('504b0304')],
])('%s is for saving, whatever Meta calls it', async (_what, body) => {
  const { headers, statusCode } = await get(await keep(body, { kind: 'file', title: 'a.svg' }));
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe('application/octet-stream');
  expect(headers['content-disposition']).toMatch(/^attachment;/);
  expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
});

test.each([
  ['mp4', mp4, 'video/mp4'],
  ['m4a', Buffer.concat([Buffer.from('\0\0\0\x18ftypM4A '), Buffer.alloc(50)]), 'audio/mp4'],
  ['mp3', bytes('494433'), 'audio/mpeg'],
  ['ogg', bytes('4f676753'), 'audio/ogg'],
])('%s can be played by our pages, and is saved when opened', async (_what, body, type) => {
  const { headers } = await get(await keep(body, { kind: 'video' }));
  expect(headers['content-type']).toBe(type);
  expect(headers['content-disposition']).toMatch(/^attachment;/);
});

test.each([
  ['bytes=0-3', 206, mp4.subarray(0, 4), `bytes 0-3/${mp4.length}`],
  ['bytes=200-', 206, mp4.subarray(200), `bytes 200-${mp4.length - 1}/${mp4.length}`],
  ['bytes=-5', 206, mp4.subarray(-5), `bytes ${mp4.length - 5}-${mp4.length - 1}/${mp4.length}`],
  ['bytes=0-999999', 206, mp4, `bytes 0-${mp4.length - 1}/${mp4.length}`],
  ['bytes=-999999', 206, mp4, `bytes 0-${mp4.length - 1}/${mp4.length}`],
  [`bytes=${mp4.length}-`, 416, Buffer.alloc(0), `bytes */${mp4.length}`],
  ['bytes=5-2', 416, Buffer.alloc(0), `bytes */${mp4.length}`],
  ['bytes=-0', 416, Buffer.alloc(0), `bytes */${mp4.length}`],
  ['bytes=0-1,3-4', 200, mp4, undefined],
  ['lines=1-2', 200, mp4, undefined],
  ['bytes=a-b', 200, mp4, undefined],
])('%s is answered with %i', async (range, status, body, contentRange) => {
  const answer = await get(await keep(mp4, { kind: 'video' }), { range });
  expect(answer.statusCode).toBe(status);
  expect(answer.rawPayload).toEqual(body);
  expect(answer.headers['content-range']).toBe(contentRange);
});

test('what is known already is not sent again, and a range of something else is not given', async () => {
  const url = await keep(mp4, { kind: 'video' });
  const { etag } = (await get(url)).headers;
  const known = await get(url, { 'if-none-match': String(etag) });
  expect([known.statusCode, known.payload]).toEqual([304, '']);
  const other = await get(url, { range: 'bytes=0-3', 'if-range': '"another"' });
  expect(other.statusCode).toBe(200);
  const same = await get(url, { range: 'bytes=0-3', 'if-range': String(etag) });
  expect(same.statusCode).toBe(206);
});

test('an answer that a file is gone bears nothing of the file, or it would be shown when that is back', async () => {
  const url = await keep(mp4, { kind: 'video' });
  const { etag } = (await get(url)).headers;
  const row = await findAttachment(db.read, url.split('/').at(-1) ?? '');
  const name = row?.object_key ?? '';
  const path = join(bench.folder, name.slice(-2), name);
  renameSync(path, `${path}.away`);
  for (const headers of [{}, { range: 'bytes=0-3' }]) {
    const gone = await get(url, headers);
    expect(gone.statusCode).toBe(404);
    for (const header of ['etag', 'accept-ranges', 'content-range', 'content-disposition']) {
      expect(gone.headers, header).not.toHaveProperty(header);
    }
  }
  renameSync(`${path}.away`, path);
  const again = await get(url);
  expect([again.statusCode, again.headers.etag]).toEqual([200, etag]);
});

test('HEAD tells everything but the content', async () => {
  const answer = await get(await keep(mp4, { kind: 'video' }), {}, 'HEAD');
  expect([answer.statusCode, answer.payload]).toEqual([200, '']);
  expect(answer.headers['content-length']).toBe(String(mp4.length));
});

test('what is not stored, not there or not an id is not found', async () => {
  bench.world.answer = (_request, response) => response.writeHead(404).end();
  const file = await bench.fileOf(await bench.want('/gone'));
  expect((await get(`/attachments/${file?.id}`)).statusCode).toBe(404);
  expect((await get('/attachments/att_none')).statusCode).toBe(404);
  expect((await get('/attachments/..%2f..%2fetc%2fpasswd')).statusCode).toBe(404);
  expect((await get(`/attachments/${'x'.repeat(90)}`)).statusCode).toBe(400);
});

const again = (id: string) => bench.app.inject({ method: 'POST', url: `/attachments/${id}/retry` });

test('a person has a failed one fetched again, on record', async () => {
  bench.world.answer = (_request, response) => response.writeHead(403).end();
  const message = await bench.want('/x');
  await bench.fetcher.drain();
  const id = (await bench.fileOf(message))?.id ?? '';
  const answer = await again(id);
  expect(answer.json()).toMatchObject({ id, state: 'pending', reason: null });
  expect(bench.seen.audited.at(-1)).toMatchObject({
    action: 'attachment.retried',
    subject: { id },
    before: { state: 'expired', reason: 'http_403' },
  });
  bench.world.answer = (_request, response) => response.end(PNG);
  await bench.fetcher.drain();
  expect(await bench.fileOf(message)).toMatchObject({ state: 'stored' });
});

test('one that is stored stays as it is, and an unknown one is not found', async () => {
  const id = (await keep(PNG)).split('/').at(-1) ?? '';
  const entries = bench.seen.audited.length;
  expect((await again(id)).json()).toMatchObject({ state: 'stored' });
  expect(bench.seen.audited).toHaveLength(entries);
  expect((await again('att_none')).statusCode).toBe(404);
});
