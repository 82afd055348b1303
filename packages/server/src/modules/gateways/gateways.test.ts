import { createHmac } from 'node:crypto';
import type { Gateway, GatewayList } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningApp, runApp } from '../../test-support/app.ts';

let server: RunningApp;
let admin: string;
beforeEach(async () => {
  server = await runApp();
  admin = await server.signIn();
});
afterEach(() => server.stop());

const appOf = () => {
  const [app] = Object.values(server.meta.state.apps);
  if (!app) {
    throw new Error('The stand-in for Meta has no app.');
  }
  return app;
};
const body = (more: Record<string, unknown> = {}) => ({
  name: 'Shop',
  appId: appOf().id,
  appSecret: appOf().secret,
  ...more,
});
async function create(more: Record<string, unknown> = {}): Promise<Gateway> {
  const answer = await server.call('POST', '/gateways', { as: admin, body: body(more) });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const read = async (id: string): Promise<Gateway> =>
  (await server.call('GET', `/gateways/${id}`, { as: admin })).body;

test('saving checks the app live, stores it, and registers the webhook by the handshake', async () => {
  const gateway = await create();
  expect(gateway).toMatchObject({
    name: 'Shop',
    appName: appOf().name,
    enabled: true,
    webhook: { state: 'registered', problem: null },
    steps: { pageConnected: null },
  });
  expect(gateway.uri).toMatch(/^[A-Za-z0-9_-]{22}$/);
  const again = await read(gateway.id);
  const line = again.setUp.find(({ key }) => key === 'webhook');
  expect(line?.values[0]?.value).toBe(`${server.url}/meta/${gateway.uri}/webhook`);
});

test('the App secret never comes back, and the database holds it sealed', async () => {
  const gateway = await create();
  const { secret } = appOf();
  expect(JSON.stringify(await read(gateway.id))).not.toContain(secret);
  const { rows } = await sql<{ text: string }>`
    select app_secret as text from gateway`.execute(server.app.core.db.read);
  expect(rows[0]?.text).toMatch(/^s1\./);
  expect(JSON.stringify(rows)).not.toContain(secret);
  const audit = await sql`select * from audit_entry`.execute(server.app.core.db.read);
  expect(JSON.stringify(audit.rows)).not.toContain(secret);
});

test('a wrong secret is refused with the words of Meta, and nothing is stored', async () => {
  const answer = await server.call('POST', '/gateways', {
    as: admin,
    body: body({ appSecret: 'wrong' }),
  });
  expect([answer.status, answer.body]).toMatchObject([
    422,
    { error: { code: 'meta_refused', details: { problem: { code: 1 } } } },
  ]);
  const list: GatewayList = (await server.call('GET', '/gateways', { as: admin })).body;
  expect(list.items).toEqual([]);
});

test('an App ID that another gateway has is refused with its name', async () => {
  await create();
  const { status, body: refusal } = await server.call('POST', '/gateways', {
    as: admin,
    body: body({ name: 'Second' }),
  });
  expect([status, refusal]).toMatchObject([
    409,
    { error: { code: 'app_id_taken', details: { name: 'Shop' } } },
  ]);
});

test.each([
  ['no name', { name: '' }],
  ['letters in the App ID', { appId: 'abc' }],
  ['a version that is none', { apiVersion: '26' }],
  ['a field we do not know', { colour: 'red' }],
])('%s is malformed', async (_what, more) => {
  const answer = await server.call('POST', '/gateways', { as: admin, body: body(more) });
  expect([answer.status, answer.body]).toMatchObject([400, { error: { code: 'invalid' } }]);
});

test('a version that Meta no longer offers is refused, although Meta would go on silently', async () => {
  const { status, body: refusal } = await server.call('POST', '/gateways', {
    as: admin,
    body: body({ apiVersion: 'v12.0' }),
  });
  expect([status, refusal]).toMatchObject([
    422,
    { error: { code: 'meta_refused', details: { field: 'apiVersion' } } },
  ]);
});

test('a change needs the version last read', async () => {
  const { id, version } = await create();
  const change = (more: object) =>
    server.call('PATCH', `/gateways/${id}`, { as: admin, body: { version, ...more } });
  expect((await change({ name: 'Mine' })).status).toBe(200);
  const late = await change({ name: 'Theirs' });
  expect([late.status, late.body]).toMatchObject([409, { error: { code: 'conflict' } }]);
  expect((await read(id)).name).toBe('Mine');
});

test('while a secret rotates, events signed with the one before are still accepted', async () => {
  const { id, version, uri } = await create();
  const before = appOf().secret;
  const replaced = `${before.slice(0, -1)}0`;
  appOf().secret = replaced;
  const { status } = await server.call('PATCH', `/gateways/${id}`, {
    as: admin,
    body: { version, appSecret: replaced },
  });
  expect(status).toBe(200);
  const shown = await read(id);
  expect(shown.previousSecretUntil).toBeGreaterThan(Date.now());
  expect(shown.uri).toBe(uri);
});

test('messages of an app are not taken from another host without being asked to', async () => {
  const first = await create();
  const elsewhere = 'https://other.example.test/hook';
  const app = appOf();
  app.subscriptions = app.subscriptions.map((held) => ({ ...held, callbackUrl: elsewhere }));
  const again = (moveWebhook: boolean) =>
    server.call('POST', `/gateways/${first.id}/webhook`, { as: admin, body: { moveWebhook } });
  const asked = await again(false);
  expect([asked.status, asked.body]).toMatchObject([
    409,
    { error: { code: 'webhook_elsewhere', details: { host: 'other.example.test' } } },
  ]);
  expect(app.subscriptions[0]?.callbackUrl).toBe(elsewhere);
  expect((await again(true)).status).toBe(200);
  expect(app.subscriptions[0]?.callbackUrl).toContain(server.url);
});

test('a person confirms what Meta does not tell, and only that', async () => {
  const { id } = await create();
  const confirm = (key: string) =>
    server.call('PUT', `/gateways/${id}/setup/${key}`, { as: admin, body: { confirmed: true } });
  const { body: confirmed } = (await confirm('app_mode')) as { body: Gateway };
  expect(confirmed.setUp.find(({ key }) => key === 'app_mode')?.proof).toMatchObject({
    kind: 'confirmed',
    by: 'Administrator',
  });
  expect((await confirm('webhook')).status).toBe(400);
});

const proofOf = async (id: string, key: string) =>
  (await read(id)).setUp.find((line) => line.key === key)?.proof;

test('a line of Set up at Meta ticks itself when seen working, and contrary evidence un-ticks it', async () => {
  const { id, uri } = await create();
  expect(await proofOf(id, 'webhook')).toMatchObject({ kind: 'seen', at: expect.any(Number) });
  expect(await proofOf(id, 'api_access')).toMatchObject({ kind: 'read' });
  const shake = (token: string) =>
    fetch(
      `${server.url}/meta/${uri}/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`,
    );
  expect((await shake('another')).status).toBe(403);
  expect(await proofOf(id, 'webhook')).toMatchObject({ kind: 'failed', code: 'verify_token' });
  const line = (await read(id)).setUp.find(({ key }) => key === 'webhook');
  expect((await shake(line?.values[1]?.value ?? '')).status).toBe(200);
  expect(await proofOf(id, 'webhook')).toMatchObject({ kind: 'seen' });
  for (const [path, key] of [
    ['deauthorize', 'deauthorize_url'],
    ['data-deletion', 'data_deletion_url'],
  ] as const) {
    const post = (signed: string) =>
      fetch(`${server.url}/meta/${uri}/${path}`, {
        method: 'POST',
        body: new URLSearchParams({ signed_request: signed }),
      });
    expect(await proofOf(id, key)).toMatchObject({ kind: 'unknown' });
    expect((await post('nonsense')).status).toBe(400);
    expect(await proofOf(id, key)).toMatchObject({ kind: 'unknown' });
    expect((await post(signedBy('another secret'))).status).toBe(400);
    expect(await proofOf(id, key)).toMatchObject({ kind: 'failed', code: 'signature' });
    expect((await post(signedBy(appOf().secret))).status).toBe(200);
    expect(await proofOf(id, key)).toMatchObject({ kind: 'seen' });
  }
});

function signedBy(secret: string): string {
  const told = { algorithm: 'HMAC-SHA256', user_id: '1', issued_at: Math.floor(Date.now() / 1000) };
  const payload = Buffer.from(JSON.stringify(told)).toString('base64url');
  return `${createHmac('sha256', secret).update(payload).digest('base64url')}.${payload}`;
}

test('permissions are ticked by what the last log-in was granted', async () => {
  const { id } = await create();
  const logIn = async (decline: string[]) => {
    const started: { url: string } = (
      await server.call('POST', `/gateways/${id}/connect`, { as: admin, body: {} })
    ).body;
    const opened = await fetch(started.url, { headers: { cookie: admin }, redirect: 'manual' });
    const bound = opened.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const url = opened.headers.get('location') ?? '';
    const { redirect } = server.meta.authorize({ url, person: 'olena@example.test', decline });
    await fetch(redirect, {
      headers: { cookie: [admin, ...bound].join('; ') },
      redirect: 'manual',
    });
    await server.drain();
  };
  await server.call('PUT', `/gateways/${id}/setup/permissions`, {
    as: admin,
    body: { confirmed: true },
  });
  expect(await proofOf(id, 'permissions')).toMatchObject({ kind: 'confirmed' });
  await logIn(['pages_messaging']);
  expect(await proofOf(id, 'permissions')).toMatchObject({
    kind: 'failed',
    code: 'not_granted',
    reason: 'pages_messaging',
  });
  expect(await proofOf(id, 'redirect_uri')).toMatchObject({ kind: 'seen' });
  await logIn([]);
  expect(await proofOf(id, 'permissions')).toMatchObject({ kind: 'seen' });
  const { version } = await read(id);
  const change = { version, findBusinessPages: true };
  await server.call('PATCH', `/gateways/${id}`, { as: admin, body: change });
  expect(await proofOf(id, 'permissions')).toMatchObject({ reason: 'business_management' });
});

test('an app that does not allow API access to its settings un-ticks that line', async () => {
  const { id } = await create();
  appOf().allowSettingsByApi = false;
  const again = () =>
    server.call('POST', `/gateways/${id}/webhook`, { as: admin, body: { moveWebhook: true } });
  await again();
  expect(await proofOf(id, 'api_access')).toMatchObject({ kind: 'failed', code: 'refused' });
  appOf().allowSettingsByApi = true;
  await again();
  expect(await proofOf(id, 'api_access')).toMatchObject({ kind: 'read' });
});

test('deleting ends the webhook at Meta and frees the App ID', async () => {
  const { id } = await create();
  expect((await server.call('DELETE', `/gateways/${id}`, { as: admin })).status).toBe(204);
  expect((await server.call('GET', `/gateways/${id}`, { as: admin })).status).toBe(404);
  expect(appOf().subscriptions).toEqual([]);
  await create({ name: 'Again' });
});

test('a webhook that Meta kept, since it did not answer when its gateway was deleted, is ended later', async () => {
  const { id, uri } = await create();
  server.meta.faults.set('graph_http_500');
  expect((await server.call('DELETE', `/gateways/${id}`, { as: admin })).status).toBe(204);
  server.meta.faults.clear();
  expect(appOf().subscriptions).toMatchObject([{ object: 'page' }]);
  const event = await fetch(`${server.url}/meta/${uri}/webhook`, { method: 'POST', body: '{}' });
  expect(event.status).toBe(404);
  await server.app.drain();
  expect(appOf().subscriptions).toEqual([]);
});

test('a gateway that came in the place of a deleted one keeps its webhook', async () => {
  const { id } = await create();
  server.meta.faults.set('graph_http_500');
  await server.call('DELETE', `/gateways/${id}`, { as: admin });
  server.meta.faults.clear();
  const { uri } = await create({ name: 'Again', moveWebhook: true });
  await server.app.drain();
  expect(appOf().subscriptions).toMatchObject([
    { callbackUrl: `${server.url}/meta/${uri}/webhook` },
  ]);
});

test('the registry is searched and read page by page by names that are not ASCII', async () => {
  for (const [n, name] of ['Яблуко', 'Львів', 'базар', 'Абрикос'].entries()) {
    const app = { ...appOf(), id: `99${n}`, subscriptions: [] };
    server.meta.state.apps[app.id] = app;
    await create({ name, appId: app.id });
  }
  const shown = async (query: string): Promise<GatewayList> =>
    (await server.call('GET', `/gateways?${query}`, { as: admin })).body;
  expect((await shown(`search=${encodeURIComponent('львів')}`)).total).toBe(1);
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { items, nextCursor }: GatewayList = await shown(
      `sort=name&limit=1${cursor && `&cursor=${cursor}`}`,
    );
    names.push(...items.map(({ name }) => name));
    cursor = nextCursor;
  }
  expect(names).toEqual(['Абрикос', 'базар', 'Львів', 'Яблуко']);
});

test('the registry is searched with wildcards, sorted, and read page by page', async () => {
  const first = await create({ name: 'Kyiv shop' });
  const shown = async (query: string): Promise<GatewayList> =>
    (await server.call('GET', `/gateways?${query}`, { as: admin })).body;
  expect((await shown('search=KY*shop')).items.map(({ id }) => id)).toEqual([first.id]);
  expect((await shown('search=lviv')).total).toBe(0);
  expect((await shown('sort=-name&limit=1')).nextCursor).toBeNull();
  const bad = await server.call('GET', '/gateways?cursor=nonsense', { as: admin });
  expect([bad.status, bad.body]).toMatchObject([400, { error: { code: 'invalid' } }]);
});

test('every route of a gateway is closed to who lacks the permission', async () => {
  const { id } = await create();
  const agent = (
    await server.app.core.auth.createApiKey({ name: 'a', role: 'agent', createdBy: 'test' })
  ).reveal();
  for (const [method, path, sent] of [
    ['GET', '/gateways', undefined],
    ['GET', `/gateways/${id}`, undefined],
    ['GET', `/gateways/${id}/deletion`, undefined],
    ['PATCH', `/gateways/${id}`, { version: 1, name: 'x' }],
    ['POST', `/gateways/${id}/webhook`, {}],
    ['PUT', `/gateways/${id}/setup/app_mode`, { confirmed: true }],
    ['DELETE', `/gateways/${id}`, undefined],
  ] as const) {
    const answer = await server.call(method, path, { as: agent, body: sent });
    expect([method, path, answer.status, answer.body]).toMatchObject([
      method,
      path,
      403,
      { error: { code: 'forbidden', details: { missing: 'gateways:access' } } },
    ]);
  }
});
