import type { AuditList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN, cookiesOf, isPostgres, type RunningApp, runApp } from '../../../test-support/app.ts';

let server: RunningApp;
let other: RunningApp;
let admin: string;
let addresses = 0;
let people = 0;

beforeAll(async () => {
  server = await runApp({ CHATGATE_TRUSTED_PROXIES: '127.0.0.1' });
  other = isPostgres ? await server.replica() : server;
  admin = await server.signIn();
});
afterAll(async () => {
  if (other !== server) {
    await other.stop();
  }
  await server.stop();
});

/** Somebody of whom no other test knows. */
async function newPerson() {
  people += 1;
  const who = { email: `ann${people}@example.test`, password: 'the right password' };
  await server.app.core.auth.createUser({ ...who, name: `Ann ${people}`, role: 'viewer' });
  return who;
}

/** An address from which no other test tries. */
function newAddress() {
  addresses += 1;
  return `198.51.100.${addresses}`;
}

const tryWith = (
  on: RunningApp,
  body: { email: string; password: string },
  { from, as = '' }: { from: string; as?: string },
) => on.call('POST', '/session', { body, as, headers: { 'x-forwarded-for': from } });

const wrong = (email: string) => ({ email, password: 'a wrong password' });

test('five wrong passwords pause the account, for the right one too, and say until when', async () => {
  const ann = await newPerson();
  for (let n = 0; n < 5; n += 1) {
    const { status } = await tryWith(server, wrong(ann.email), { from: newAddress() });
    expect(status).toBe(401);
  }
  const paused = await tryWith(server, ann, { from: newAddress() });
  expect([paused.status, paused.body]).toMatchObject([
    429,
    { error: { code: 'sign_in_paused', details: { retryAfterSeconds: expect.any(Number) } } },
  ]);
  const { until } = (paused.body as { error: { details: { until: number } } }).error.details;
  const seconds = Number(paused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(20);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(until).toBeGreaterThan(server.clock.now());

  server.clock.move(30_000);
  expect((await tryWith(server, ann, { from: newAddress() })).status).toBe(204);
  // The count began anew.
  expect((await tryWith(server, wrong(ann.email), { from: newAddress() })).status).toBe(401);
  expect((await tryWith(server, ann, { from: newAddress() })).status).toBe(204);
});

test('an unknown account is answered exactly like a known one, pause and all', async () => {
  const known = await newPerson();
  const answers = async (email: string) => {
    const seen: unknown[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { status, body } = await tryWith(server, wrong(email), { from: newAddress() });
      const { code, message } = (body as { error: { code: string; message: string } }).error;
      seen.push([status, code, message.replace(/[\d:.TZ-]{10,}/, 'then')]);
    }
    return seen;
  };
  expect(await answers('nobody-at-all@example.test')).toEqual(await answers(known.email));
});

test('tries at the same moment, on two replicas, are not more than the rule lets through', async () => {
  const ann = await newPerson();
  const statuses = await Promise.all(
    Array.from({ length: 16 }, async (_, n) => {
      const { status } = await tryWith(n % 2 === 0 ? server : other, wrong(ann.email), {
        from: newAddress(),
      });
      return status;
    }),
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(11);
});

test('strangers cannot lock out a browser in which the person signed in before', async () => {
  const ann = await newPerson();
  const from = newAddress();
  const signedIn = await tryWith(server, ann, { from });
  const known = cookiesOf(signedIn.headers, 'chatgate.known_');
  expect(known).not.toBe('');
  for (let n = 0; n < 6; n += 1) {
    await tryWith(server, wrong(ann.email), { from });
  }
  expect((await tryWith(server, ann, { from })).status).toBe(429);
  expect((await tryWith(other, ann, { from, as: known })).status).toBe(204);
  // It has tries of its own, as few as anybody.
  for (let n = 0; n < 5; n += 1) {
    expect((await tryWith(server, wrong(ann.email), { from, as: known })).status).toBe(401);
  }
  expect((await tryWith(server, ann, { from, as: known })).status).toBe(429);
});

test('a forged mark, or the mark of another account, is that of a stranger', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const markOf = async (who: typeof ann) =>
    cookiesOf((await tryWith(server, who, { from: newAddress() })).headers, 'chatgate.known_');
  const [annsName] = (await markOf(ann)).split('=');
  const [, bobsValue] = (await markOf(bob)).split('=');
  for (let n = 0; n < 5; n += 1) {
    await tryWith(server, wrong(ann.email), { from: newAddress() });
  }
  for (const value of [bobsValue, 'AAAA.BBBB', '.', '']) {
    const as = `${annsName}=${value}`;
    expect((await tryWith(server, ann, { from: newAddress(), as })).status, value).toBe(429);
  }
});

test('one password tried on many accounts pauses the address, not those accounts', async () => {
  const from = '2001:db8:7:7::1';
  for (let n = 0; n < 20; n += 1) {
    // Each from another address of the same /64.
    await tryWith(server, wrong(`spray${n}@example.test`), { from: `2001:db8:7:7::${n}` });
  }
  const ann = await newPerson();
  expect((await tryWith(server, ann, { from })).body).toMatchObject({
    error: { code: 'sign_in_paused' },
  });
  expect((await tryWith(server, ann, { from: newAddress() })).status).toBe(204);
  server.clock.move(30_000);
  expect((await tryWith(server, ann, { from })).status).toBe(204);
});

test('who signs in from an address does not use up its tries', async () => {
  const ann = await newPerson();
  const from = newAddress();
  for (let n = 0; n < 25; n += 1) {
    // Without the mark: as from another browser each time.
    expect((await tryWith(server, ann, { from })).status).toBe(204);
  }
});

async function pauseAccount(email: string) {
  for (let n = 0; n < 5; n += 1) {
    await tryWith(server, wrong(email), { from: newAddress() });
  }
}

async function userId(email: string): Promise<string> {
  const { body } = await server.call('GET', `/users?search=${email}`, { as: admin });
  return (body as { items: { id: string }[] }).items[0]?.id ?? '';
}

test('an administrator lets the person in again, on the record', async () => {
  const ann = await newPerson();
  const id = await userId(ann.email);
  await pauseAccount(ann.email);
  const path = `/users/${id}/sign-in-pause`;
  const { body } = await server.call('GET', `/users?search=${ann.email}`, { as: admin });
  expect(body).toMatchObject({ items: [{ signInPaused: true }] });
  expect((await server.call('DELETE', path, { as: admin })).status).toBe(204);
  expect((await tryWith(server, ann, { from: newAddress() })).status).toBe(204);
  expect((await server.call('DELETE', path, { as: admin })).body).toMatchObject({
    error: { code: 'conflict' },
  });
  const log = await server.call('GET', `/audit?subjectId=${id}`, { as: admin });
  expect((log.body as AuditList).items.map(({ action, actor }) => [action, actor.name])).toEqual(
    expect.arrayContaining([
      ['sign_in.allowed_again', 'Administrator'],
      ['sign_in.paused', 'Sign-in screen'],
    ]),
  );
});

test('a new password by link ends the pause', async () => {
  const ann = await newPerson();
  const id = await userId(ann.email);
  await pauseAccount(ann.email);
  const made = await server.call('POST', `/users/${id}/password-reset`, { as: admin, body: {} });
  const token = (made.body as { link: string }).link.split('#token=')[1];
  const password = 'another good password';
  const spent = await server.call('POST', '/password-resets/spend', { body: { token, password } });
  expect(spent.status).toBe(204);
  expect((await tryWith(server, { ...ann, password }, { from: newAddress() })).status).toBe(204);
});

test('who may not manage users may not lift a pause; nor is one lifted of nobody', async () => {
  const ann = await newPerson();
  const viewer = cookiesOf((await tryWith(server, ann, { from: newAddress() })).headers);
  const id = await userId(ADMIN.email);
  expect(
    (await server.call('DELETE', `/users/${id}/sign-in-pause`, { as: viewer })).body,
  ).toMatchObject({ error: { code: 'forbidden' } });
  expect(
    (await server.call('DELETE', '/users/us_none/sign-in-pause', { as: admin })).status,
  ).toBe(404);
});
