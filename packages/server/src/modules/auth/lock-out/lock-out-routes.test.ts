import type { AuditList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN,
  cookiesOf,
  isPostgres,
  type RunningApp,
  runApp,
} from '../../../test-support/app.ts';

const ANN = { email: 'ann@example.test', password: 'the right password' };
const wrong = (email: string) => ({ email, password: 'a wrong password' });

let server: RunningApp;
let other: RunningApp;
let admin: string;
let annsId: string;

beforeAll(async () => {
  server = await runApp();
  other = isPostgres ? await server.replica() : server;
  admin = await server.signIn();
  await server.app.core.auth.createUser({ ...ANN, name: 'Ann', role: 'viewer' });
  const { body } = await server.call('GET', `/users?search=${ANN.email}`, { as: admin });
  annsId = (body as { items: { id: string }[] }).items[0]?.id ?? '';
}, 60_000);
afterAll(async () => {
  if (other !== server) {
    await other.stop();
  }
  await server.stop();
});

const tryWith = (body: { email: string; password: string }, as = '', on = server) =>
  on.call('POST', '/session', { body, as });

/** Six tries at once, on both replicas; what each was answered. */
async function sixTimes(email: string) {
  const all = await Promise.all(
    Array.from({ length: 6 }, (_, n) => tryWith(wrong(email), '', n % 2 === 0 ? server : other)),
  );
  return all.map(({ status }) => status).sort();
}

test('a pause answers 429 with its end; a browser known to the account is let in; it can be lifted', async () => {
  const known = cookiesOf((await tryWith(ANN)).headers, 'chatgate.known_');
  expect(await sixTimes(ANN.email)).toEqual([401, 401, 401, 401, 401, 429]);

  const paused = await tryWith(ANN);
  const { error } = paused.body as { error: { code: string; details: { until: number } } };
  expect([paused.status, error.code]).toEqual([429, 'sign_in_paused']);
  expect(error.details.until).toBeGreaterThan(server.clock.now());
  expect(Number(paused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
  expect((await tryWith(ANN, known, other)).status).toBe(204);

  const path = `/users/${annsId}/sign-in-pause`;
  const { body } = await server.call('GET', `/users?search=${ANN.email}`, { as: admin });
  expect(body).toMatchObject({ items: [{ signInPaused: true }] });
  expect((await server.call('DELETE', path, { as: admin })).status).toBe(204);
  expect((await tryWith(ANN)).status).toBe(204);
  expect((await server.call('DELETE', path, { as: admin })).body).toMatchObject({
    error: { code: 'conflict' },
  });
  const log = await server.call('GET', `/audit?subjectId=${annsId}`, { as: admin });
  const entries = (log.body as AuditList).items.map(({ action, actor }) => [action, actor.name]);
  expect(entries).toEqual(
    expect.arrayContaining([
      ['sign_in.allowed_again', 'Administrator'],
      ['sign_in.paused', 'Sign-in screen'],
    ]),
  );
}, 60_000);

test('an unknown account is paused like a known one', async () => {
  server.clock.move(3_600_000);
  expect(await sixTimes('nobody@example.test')).toEqual([401, 401, 401, 401, 401, 429]);
}, 60_000);

test('a new password by link ends the pause', async () => {
  server.clock.move(3_600_000);
  await sixTimes(ANN.email);
  const made = await server.call('POST', `/users/${annsId}/password-reset`, {
    as: admin,
    body: {},
  });
  const token = (made.body as { link: string }).link.split('#token=')[1];
  const password = 'another good password';
  const spent = await server.call('POST', '/password-resets/spend', { body: { token, password } });
  expect(spent.status).toBe(204);
  expect((await tryWith({ ...ANN, password })).status).toBe(204);
}, 60_000);

test('who may not manage users lifts no pause; nor is one lifted of nobody', async () => {
  const key = await server.app.core.auth.createApiKey({
    name: 'k',
    role: 'viewer',
    createdBy: 'test',
  });
  const lift = (id: string, as: string) =>
    server.call('DELETE', `/users/${id}/sign-in-pause`, { as });
  expect((await lift(annsId, key.reveal())).body).toMatchObject({ error: { code: 'forbidden' } });
  expect((await lift('us_none', admin)).status).toBe(404);
  expect((await tryWith({ ...ADMIN, password: '' })).body).toMatchObject({
    error: { code: 'invalid' },
  });
});

test('mails are asked for ten times a minute by one network, however many addresses it has', async () => {
  const statuses = new Set<number>();
  for (let n = 1; n <= 11; n += 1) {
    const { statusCode } = await server.app.http.inject({
      ...{ method: 'POST', url: '/api/v1/password-resets', payload: { email: ANN.email } },
      remoteAddress: `2001:db8:1:2::${n}`,
    });
    expect([n, statusCode === 429]).toEqual([n, n > 10]);
    statuses.add(statusCode);
  }
  expect(statuses.size).toBe(2);
});
