import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSampleEndpoint } from './sample-endpoint.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let folder: string;
let destinationFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-sample-'));
  destinationFile = join(folder, 'sample-endpoint.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('shows what was posted, as text, newest first', async () => {
  const sample = await startSampleEndpoint({ port: 0, destinationFile });
  const url = `http://127.0.0.1:${sample.port}/`;
  expect(await (await fetch(url)).text()).toContain('Nothing has arrived');
  for (const body of ['{"first":1}', '<script>alert(1)</script>']) {
    await fetch(`${url}hook`, { method: 'POST', body, headers: { 'webhook-id': 'evt_1' } });
  }
  const page = await (await fetch(url)).text();
  expect(page).toContain('webhook-id: evt_1');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain('<script>alert');
  expect(page.indexOf('&lt;script')).toBeLessThan(page.indexOf('&quot;first&quot;'));
  await sample.stop();
});

test('keeps the last 200', async () => {
  const sample = await startSampleEndpoint({ port: 0, destinationFile });
  const url = `http://127.0.0.1:${sample.port}/`;
  for (let number = 0; number < 205; number += 1) {
    await fetch(url, { method: 'POST', body: `number ${number}.` });
  }
  const page = await (await fetch(url)).text();
  expect(page).toContain('200 received');
  expect(page).toContain('number 5.');
  expect(page).not.toContain('number 4.');
  await sample.stop();
});

test('answers under loopback names only', async () => {
  const sample = await startSampleEndpoint({ port: 0, destinationFile });
  const status = await new Promise((resolve) => {
    const { port } = sample;
    const options = { host: '127.0.0.1', port, headers: { host: 'evil.example' } };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(421);
  await sample.stop();
});

function signed(body: string, { secret = SECRET, age = 0 } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1_000) - age);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`evt_1.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,AAAA v1,${signature}`,
  };
}

test.each([
  ['Signature valid.', signed('{}')],
  ['Signature not valid.', signed('{"changed":1}')],
  ['Signature not valid.', signed('{}', { secret: 'whsec_AAAA' })],
  ['Signature not valid.', { ...signed('{}'), 'webhook-signature': 'v1, v1,short' }],
  ['more than five minutes ago', signed('{}', { age: 301 })],
  ['Not signed.', {}],
])('says "%s" of what is so', async (words, headers) => {
  writeFileSync(destinationFile, JSON.stringify({ url: 'http://127.0.0.1/hook', secret: SECRET }));
  const sample = await startSampleEndpoint({ port: 0, destinationFile });
  const url = `http://127.0.0.1:${sample.port}/`;
  await fetch(`${url}hook`, { method: 'POST', body: '{}', headers });
  expect(await (await fetch(url)).text()).toContain(words);
  await sample.stop();
});

test('a page that is open is told of what comes', async () => {
  const sample = await startSampleEndpoint({ port: 0, destinationFile });
  const url = `http://127.0.0.1:${sample.port}/`;
  const { body } = await fetch(`${url}arrivals`);
  const events = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await events?.read())?.value).toContain('retry');
  await fetch(`${url}hook`, { method: 'POST', body: '{}' });
  expect((await events?.read())?.value).toBe('data: arrived\n\n');
  await sample.stop();
});
