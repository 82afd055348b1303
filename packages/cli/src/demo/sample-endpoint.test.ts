import { request } from 'node:http';
import { expect, test } from 'vitest';
import { startSampleEndpoint } from './sample-endpoint.ts';

test('shows what was posted, as text, newest first', async () => {
  const sample = await startSampleEndpoint({ port: 0 });
  const url = `http://127.0.0.1:${sample.port}/`;
  expect(await (await fetch(url)).text()).toContain('Nothing has arrived');
  for (const body of ['{"first":1}', '<script>alert(1)</script>']) {
    await fetch(`${url}hook`, { method: 'POST', body, headers: { 'webhook-id': 'evt_1' } });
  }
  const page = await (await fetch(url)).text();
  expect(page).toContain('webhook-id: evt_1');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain('<script>');
  expect(page.indexOf('&lt;script')).toBeLessThan(page.indexOf('&quot;first&quot;'));
  await sample.stop();
});

test('keeps the last 200', async () => {
  const sample = await startSampleEndpoint({ port: 0 });
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
  const sample = await startSampleEndpoint({ port: 0 });
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
