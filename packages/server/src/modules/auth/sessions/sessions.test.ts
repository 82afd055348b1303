import type { AuditList, SessionList } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN,
  cookiesOf,
  isPostgres,
  type RunningApp,
  runApp,
} from '../../../test-support/app.ts';
import { readDevice } from './read-device.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';

let server: RunningApp;
let other: RunningApp;
let people = 0;

beforeAll(async () => {
  server = await runApp();
  other = isPostgres ? await server.replica() : server;
}, 60_000);
afterAll(async () => {
  if (other !== server) {
    await other.stop();
  }
  await server.stop();
});

async function newPerson(role = 'viewer') {
  people += 1;
  const who = { email: `bea${people}@example.test`, password: 'the right password' };
  await server.app.core.auth.createUser({ ...who, name: `Bea ${people}`, role });
  return who;
}

async function signIn(who: { email: string; password: string }, agent = FIREFOX, as = '') {
  const headers = { 'user-agent': agent };
  return cookiesOf((await server.call('POST', '/session', { body: who, headers, as })).headers);
}

async function sessionsOf(as: string, on = server) {
  const { body } = await on.call('GET', '/me/sessions', { as });
  return (body as SessionList).items;
}

const statusOf = async (as: string, on = other) => (await on.call('GET', '/me', { as })).status;

test('a person sees where they are signed in, the newest first, this browser marked', async () => {
  const bea = await newPerson();
  const desk = await signIn(bea);
  const phone = await signIn(bea, PHONE);
  const seen = await sessionsOf(desk, other);
  expect(seen).toMatchObject([
    { browser: 'Safari', system: 'iPhone', isCurrent: false, address: '127.0.0.1' },
    { browser: 'Firefox', system: 'Windows', isCurrent: true, agent: FIREFOX },
  ]);
  expect((await sessionsOf(phone)).map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
  expect(seen[0]?.expiresAt).toBeGreaterThan(seen[0]?.createdAt ?? 0);
});

test('last seen moves with every minute of use', async () => {
  const cookie = await signIn(await newPerson());
  const [first] = await sessionsOf(cookie);
  server.clock.move(61_000);
  const [later] = await sessionsOf(cookie);
  expect((later?.lastSeenAt ?? 0) - (first?.lastSeenAt ?? 0)).toBeGreaterThanOrEqual(60_000);
});

test('one session is ended, whichever replica answers, and is on the record', async () => {
  const bea = await newPerson();
  const [desk, phone] = [await signIn(bea), await signIn(bea, PHONE)];
  const lost = (await sessionsOf(desk)).find(({ isCurrent }) => !isCurrent);
  const end = () => server.call('DELETE', `/me/sessions/${lost?.id}`, { as: desk });
  expect((await end()).status).toBe(204);
  expect([await statusOf(phone), await statusOf(desk)]).toEqual([401, 200]);
  expect((await end()).status).toBe(404);
  const admin = await server.signIn();
  const log = await server.call('GET', '/audit?action=session.ended', { as: admin });
  expect((log.body as AuditList).items[0]).toMatchObject({ action: 'session.ended' });
});

test('nobody ends the session of somebody else by its id', async () => {
  const [bea, cid] = [await newPerson(), await newPerson()];
  const [beas, cids] = [await signIn(bea), await signIn(cid)];
  const [session] = await sessionsOf(beas);
  const path = `/me/sessions/${session?.id}`;
  expect((await server.call('DELETE', path, { as: cids })).status).toBe(404);
  expect(await statusOf(beas)).toBe(200);
});

test('sign out everywhere ends all, or all but this one', async () => {
  const bea = await newPerson();
  const [one, two, three] = [await signIn(bea), await signIn(bea), await signIn(bea)];
  expect((await server.call('DELETE', '/me/sessions?keep=current', { as: two })).status).toBe(204);
  expect([await statusOf(one), await statusOf(two), await statusOf(three)]).toEqual([
    401, 200, 401,
  ]);
  const { status, headers } = await server.call('DELETE', '/me/sessions', { as: two });
  expect(status).toBe(204);
  expect(headers.getSetCookie().join()).toContain('session_token=;');
  expect(await statusOf(two)).toBe(401);
  expect((await server.call('DELETE', '/me/sessions?keep=all', { as: two })).status).toBe(401);
});

test('an administrator signs somebody out everywhere; an editor does not', async () => {
  const [bea, ed] = [await newPerson(), await newPerson('editor')];
  const beas = await signIn(bea);
  const admin = await server.signIn();
  const found = await server.call('GET', `/users?search=${bea.email}`, { as: admin });
  const path = `/users/${(found.body as { items: { id: string }[] }).items[0]?.id}/sessions`;
  expect((await server.call('DELETE', path, { as: await signIn(ed) })).status).toBe(403);
  expect(await statusOf(beas)).toBe(200);
  expect((await server.call('DELETE', path, { as: admin })).status).toBe(204);
  expect(await statusOf(beas)).toBe(401);
  expect((await server.call('DELETE', '/users/us_none/sessions', { as: admin })).status).toBe(404);
});

test('a changed password ends the other sessions, and keeps this one', async () => {
  const bea = await newPerson();
  const [here, there] = [await signIn(bea), await signIn(bea, PHONE)];
  const body = { currentPassword: bea.password, newPassword: 'quite another password' };
  expect((await server.call('PUT', '/me/password', { as: here, body })).status).toBe(204);
  expect([await statusOf(here), await statusOf(there)]).toEqual([200, 401]);
});

test('a disabled person is signed out everywhere', async () => {
  const bea = await newPerson();
  const beas = await signIn(bea);
  const admin = await server.signIn();
  const found = await server.call('GET', `/users?search=${bea.email}`, { as: admin });
  const path = `/users/${(found.body as { items: { id: string }[] }).items[0]?.id}`;
  await server.call('PATCH', path, { as: admin, body: { enabled: false } });
  expect(await statusOf(beas)).toBe(401);
  expect((await server.call('POST', '/session', { body: bea })).body).toMatchObject({
    error: { code: 'credentials_wrong' },
  });
});

test('signing in anew in the same browser leaves no session behind', async () => {
  const bea = await newPerson();
  const first = await signIn(bea);
  const second = await signIn(bea, FIREFOX, first);
  expect(second).not.toBe(first);
  expect(await statusOf(first)).toBe(401);
  expect(await sessionsOf(second)).toHaveLength(1);
});

test('an API key has no sessions', async () => {
  const key = await server.app.core.auth.createApiKey({
    name: 'k',
    role: 'administrator',
    createdBy: 'test',
  });
  for (const [method, path] of [
    ['GET', '/me/sessions'],
    ['DELETE', '/me/sessions'],
    ['DELETE', '/me/sessions/x'],
  ] as const) {
    const { status, body } = await server.call(method, path, { as: key.reveal() });
    expect([path, status, body]).toMatchObject([path, 403, { error: { code: 'person_only' } }]);
  }
});

test.each([
  [FIREFOX, 'Firefox', 'Windows'],
  [PHONE, 'Safari', 'iPhone'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge',
    'macOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet',
    'Android',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome',
    'Linux',
  ],
  ['curl/8.16.0', 'curl', null],
  ['<script>alert(1)</script>', null, null],
  ['', null, null],
])('%s is read as %s on %s', (agent, browser, system) => {
  expect(readDevice(agent)).toEqual({ browser, system });
});

test('sessions that ended a day ago are forgotten when another one begins', async () => {
  const bea = await newPerson();
  await signIn(bea);
  const { db } = server.app.core;
  const old = new Date(Date.now() - 86_400_000 - 1_000).toISOString();
  await db.transaction(async (tx) => {
    await sql`update auth_session set "expiresAt" = ${old}
      where "userId" = (select id from auth_user where email = ${bea.email})`.execute(tx);
  });
  const left = async () => {
    const { rows } = await sql`select id from auth_session where "expiresAt" = ${old}`.execute(
      db.read,
    );
    return rows.length;
  };
  expect(await left()).toBe(1);
  await signIn(await newPerson());
  expect(await left()).toBe(0);
});

test('a session token read from the database opens nothing: its cookie is signed', async () => {
  const cookie = await signIn(await newPerson());
  const { rows } = await sql<{ token: string }>`select token from auth_session`.execute(
    server.app.core.db.read,
  );
  const mine = rows.map(({ token }) => token).find((token) => cookie.includes(token)) ?? '';
  expect(mine).not.toBe('');
  const unsigned = `chatgate.session_token=${mine}`;
  const forged = `${unsigned}.${encodeURIComponent(Buffer.alloc(32, 1).toString('base64'))}`;
  expect([await statusOf(cookie), await statusOf(unsigned), await statusOf(forged)]).toEqual([
    200, 401, 401,
  ]);
});

test('the session cookie is out of reach of scripts and other sites', async () => {
  const { headers } = await server.call('POST', '/session', { body: ADMIN });
  const cookies = headers.getSetCookie();
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
  }
});
