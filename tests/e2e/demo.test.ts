import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoSeed } from '@chatgate/meta-emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Meta, signInAdministrator } from '../support/administrator.ts';
import { type Browser, openChromium, type Page, violationsOf } from '../support/browser.ts';
import { freePort } from '../support/server-process.ts';
import { openGallery } from './gallery.ts';

const CLI = fileURLToPath(new URL('../../packages/cli/src/chatgate.mjs', import.meta.url));
const DEMO = { email: 'admin@chatgate.test', password: 'try-chatgate-here' };
const BAKERY = '1080000000000101';

const gallery = openGallery('demo');
const folder = mkdtempSync(join(tmpdir(), 'chatgate-demo-'));
let ports: { gateway: number; emulator: number; sample: number };
let demo: Demo;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  ports = { gateway: await freePort(), emulator: await freePort(), sample: await freePort() };
  demo = await startDemo();
  browser = await openChromium();
  page = await (await browser.newContext()).newPage();
});
afterAll(async () => {
  gallery.close();
  await browser.close();
  await demo.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Demo = { readonly said: () => string; readonly stop: () => Promise<unknown> };

/** As `script/start` runs it. */
async function startDemo(): Promise<Demo> {
  const child: ChildProcess = spawn(process.execPath, [CLI, 'demo'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: folder,
      PORT: String(ports.gateway),
      EMULATOR_PORT: String(ports.emulator),
      SAMPLE_PORT: String(ports.sample),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  const { promise: runs, resolve, reject } = Promise.withResolvers<void>();
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes('Ctrl-C stops everything')) {
      resolve();
    }
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.once('exit', () => reject(new Error(`The demo ended:\n${said}`)));
  await runs;
  return {
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function control<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${ports.emulator}/emulator/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  return (await answer.json()) as T;
}

const meta: Meta = {
  state: { apps: Object.fromEntries(demoSeed().apps.map((app) => [app.id, app])) },
  authorize: (options) => control('authorize', options),
};
const signIn = () => signInAdministrator(`http://127.0.0.1:${ports.gateway}`, meta, DEMO);

test('the sample endpoint is a destination from the start, and its page says what to do', async () => {
  expect(demo.said()).toContain('It has left for the sample endpoint as well');
  await page.goto(`http://127.0.0.1:${ports.sample}/`);
  await gallery.take({
    page,
    state: 'sample endpoint that waits',
    sentence: /Nothing has arrived yet/,
    primaryAction: null,
    switchUsed: 'a fresh ./script/start',
  });
  const { call } = await signIn();
  const { items } = await call<{ items: object[] }>('GET', '/destinations');
  expect(items).toMatchObject([
    { name: 'Sample endpoint', enabled: true, url: `http://127.0.0.1:${ports.sample}/hook` },
  ]);
});

test('what a customer writes appears on the open page, its signature checked', async () => {
  const administrator = await signIn();
  const gateway = await administrator.createGateway();
  const [person] = demoSeed().people;
  await administrator.connect(gateway.id, { person: person?.email ?? '', pages: [BAKERY] });
  await administrator.switchReceiving(gateway.id, [BAKERY]);
  const [customer] = demoSeed().customers;
  const { psid } = await control<{ psid: string }>('customers/open', {
    ...{ pageId: BAKERY, customerId: customer?.id },
  });
  const text = 'Is the rye bread still warm?';
  await control('customers/send', { pageId: BAKERY, psid, kind: 'text', text });
  const entry = page.getByRole('listitem').filter({ hasText: text });
  await entry.getByText('✓ Signature valid.').waitFor();
  await gallery.take({
    page,
    state: 'sample endpoint with a message',
    sentence: /received, newest first/,
    primaryAction: null,
    switchUsed: 'a message by POST /emulator/api/customers/send',
  });
  expect(await violationsOf(page)).toEqual([]);
});

test('a second start changes nothing: not the secret, not what was switched off', async () => {
  const file = join(folder, 'sample-endpoint.json');
  const before = readFileSync(file, 'utf8');
  const { call } = await signIn();
  const { items } = await call<{ items: { id: string; version: number }[] }>(
    'GET',
    '/destinations',
  );
  const [destination] = items;
  const path = `/destinations/${destination?.id}`;
  await call('PATCH', path, { version: destination?.version, enabled: false });
  await demo.stop();
  demo = await startDemo();
  expect(readFileSync(file, 'utf8')).toBe(before);
  const again = await signIn();
  const { items: after } = await again.call<{ items: object[] }>('GET', '/destinations');
  expect(after).toMatchObject([{ id: destination?.id, enabled: false }]);
});
