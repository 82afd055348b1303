import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../random.ts';
import { serveAdminSite } from './admin-site.ts';

const SCRIPT = `export const words = '${'always the same '.repeat(200)}';`;
let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-admin-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
  writeFileSync(join(folder, 'assets/index-1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/index-1.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(folder, 'assets/index-1.js.gz'), gzipSync(SCRIPT));
  app = Fastify();
  await serveAdminSite(app, { folder, random: systemRandom, https: false, isWindow: () => false });
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (encodings: string) =>
  app.inject({ url: '/assets/index-1.js', headers: { 'accept-encoding': encodings } });

test('a script travels compressed as well as the browser can take it', async () => {
  const best = await ask('gzip, deflate, br');
  expect(best.headers['content-encoding']).toBe('br');
  expect(best.rawPayload.length).toBeLessThan(SCRIPT.length / 10);
  const older = await ask('gzip');
  expect(older.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(older.rawPayload).toString()).toBe(SCRIPT);
  for (const answer of [best, older]) {
    expect(answer.headers['content-type']).toMatch(/javascript/);
    expect(answer.headers['vary']).toMatch(/accept-encoding/i);
    expect(answer.headers['cache-control']).toContain('immutable');
  }
});

test('who takes nothing compressed gets the script as it is', async () => {
  const plain = await ask('identity');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body).toBe(SCRIPT);
});

test('the page has a nonce of its own with each answer', async () => {
  const pages = await Promise.all([1, 2].map(() => app.inject({ url: '/gateways' })));
  const nonces = pages.map((page) => /nonce="([^"]+)"/.exec(page.body)?.[1] ?? '');
  expect(new Set(nonces).size).toBe(2);
  for (const [index, page] of pages.entries()) {
    expect(page.headers['content-security-policy']).toContain(`'nonce-${nonces[index]}'`);
  }
});
