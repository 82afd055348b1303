import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN, type RunningApp, runApp } from '../../test-support/app.ts';

let server: RunningApp;
beforeAll(async () => {
  server = await runApp();
});
afterAll(() => server.stop());

test('the first administrator comes from the environment and may do everything', async () => {
  const cookie = await server.signIn();
  const { body } = await server.call('GET', '/me', { as: cookie });
  expect(body).toMatchObject({ kind: 'person', email: ADMIN.email, role: { id: 'administrator' } });
  expect((body as { permissions: string[] }).permissions).toContain('gateways:delete');
});

test.each([
  ['a wrong password', { email: ADMIN.email, password: 'not the password' }],
  ['an unknown address', { email: 'nobody@example.test', password: 'not the password' }],
])('%s gets the same answer, which names neither', async (_what, who) => {
  const { status, body } = await server.call('POST', '/session', { body: who });
  expect([status, body]).toMatchObject([
    401,
    { error: { code: 'credentials_wrong', message: 'E-mail or password is wrong.' } },
  ]);
});

test('a malformed sign-in is refused before anything is looked up', async () => {
  const { status, body } = await server.call('POST', '/session', { body: { email: 'x' } });
  expect([status, body]).toMatchObject([400, { error: { code: 'invalid' } }]);
});

test('nobody signed in means unauthenticated, on every route that is not public', async () => {
  for (const path of ['/me', '/gateways', '/events/stream']) {
    const { status, body } = await server.call('GET', path);
    expect([path, status, body]).toMatchObject([path, 401, { error: { code: 'unauthenticated' } }]);
  }
});

test('nobody can sign up, by any of the routes that better-auth brings', async () => {
  for (const path of ['/api/auth/sign-up/email', '/people/sign-up/email', '/people/admin/users']) {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'x', email: 'x@example.test', password: 'twelve letters' }),
    });
    expect(response.status).toBe(404);
  }
});

test('signing out ends the session', async () => {
  const cookie = await server.signIn();
  expect((await server.call('DELETE', '/session', { as: cookie })).status).toBe(204);
  expect((await server.call('GET', '/me', { as: cookie })).status).toBe(401);
});

test('an API key carries a role; its refusals name the missing permission', async () => {
  const key = await server.app.core.auth.createApiKey({
    name: 'reporting',
    role: 'viewer',
    createdBy: 'test',
  });
  const as = key.reveal();
  expect((await server.call('GET', '/gateways', { as })).status).toBe(200);
  const { status, body } = await server.call('POST', '/gateways', {
    as,
    body: { name: 'x', appId: '1', appSecret: 'x' },
  });
  expect([status, body]).toMatchObject([
    403,
    { error: { code: 'forbidden', details: { missing: 'gateways:create' } } },
  ]);
  expect((await server.call('GET', '/gateways', { as: `${as}x` })).status).toBe(401);
});

test('the password of a proxy in front, sent with every request, shuts nobody out', async () => {
  const cookie = await server.signIn();
  const headers = { authorization: `Basic ${Buffer.from('shop:password').toString('base64')}` };
  expect((await server.call('GET', '/me', { as: cookie, headers })).status).toBe(200);
  expect((await server.call('GET', '/me', { headers })).status).toBe(401);
});

test('a change asked for by another site is refused', async () => {
  const cookie = await server.signIn();
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example.test' },
    { origin: 'null' },
    { origin: 'no origin at all' },
  ]) {
    const { status, body } = await server.call('DELETE', '/session', { as: cookie, headers });
    expect([status, body]).toMatchObject([403, { error: { code: 'origin_refused' } }]);
  }
  expect((await server.call('GET', '/me', { as: cookie })).status).toBe(200);
});

test('too many tries from one address are refused for a while', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { status } = await server.call('POST', '/session', {
      body: { email: ADMIN.email, password: 'wrong' },
    });
    statuses.push(status);
  }
  expect(statuses).toContain(429);
});

test('a set-up link works once and only while there is nobody', async () => {
  const { body } = await server.call('POST', '/setup', {
    body: {
      token: 'x'.repeat(43),
      name: 'Eve',
      email: 'eve@example.test',
      password: 'twelve letters',
    },
  });
  expect(body).toMatchObject({ error: { code: 'setup_done' } });
});

test('without an administrator a printed link makes one, once', async () => {
  const fresh = await runApp({ CHATGATE_ADMIN_EMAIL: '', CHATGATE_ADMIN_PASSWORD: '' });
  try {
    const link = await fresh.app.core.auth.firstAdministrator.printableLink();
    const token = link.split('#token=')[1] ?? '';
    const person = { name: 'Ann', email: 'ann@example.test', password: 'a very long password' };
    const setUp = (body: unknown) => fresh.call('POST', '/setup', { body });
    expect((await setUp({ ...person, token: 'y'.repeat(43) })).body).toMatchObject({
      error: { code: 'link_spent' },
    });
    expect((await setUp({ ...person, token, email: 'not an address' })).body).toMatchObject({
      error: { code: 'invalid' },
    });
    expect((await setUp({ ...person, token })).status).toBe(204);
    expect((await setUp({ ...person, token })).body).toMatchObject({
      error: { code: 'setup_done' },
    });
    const { email, password } = person;
    expect(await fresh.signIn({ email, password })).toContain('session_token');
  } finally {
    await fresh.stop();
  }
});
