import type { Permission } from '@chatgate/contract';
import { PERMISSION_TABLE } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN, type RunningApp } from '../../../test-support/app.ts';
import { type Member, type Office, openOffice } from '../test-support/staff.ts';

let office: Office;
/** Another process on the same database, where there can be one. */
let other: RunningApp;
let first: string;
beforeAll(async () => {
  office = await openOffice();
  // biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
  const isPostgres = (process.env['CHATGATE_TEST_DATABASE_URL'] ?? '') !== '';
  other = isPostgres ? await office.server.replica() : office.server;
  const { body } = await office.ask(office.admin, 'GET', '/me');
  first = (body as { id: string }).id;
});
afterAll(async () => {
  if (other !== office.server) {
    await other.stop();
  }
  await office.stop();
});

const own = (method: string, path: string, body?: unknown) =>
  office.ask(office.admin, method, path, body);
const refused = { status: 409, code: 'last_administrator' };

test('the last administrator can neither be demoted, disabled nor deleted', async () => {
  expect(await own('PATCH', `/users/${first}`, { role: 'editor' })).toMatchObject(refused);
  expect(await own('PATCH', `/users/${first}`, { enabled: false })).toMatchObject(refused);
  expect(await own('DELETE', `/users/${first}`)).toMatchObject(refused);
  expect((await own('GET', '/me')).status).toBe(200);
});

test('a disabled administrator does not count, an API key or an invitation neither', async () => {
  const away = await office.member('Away', 'administrator');
  await own('PATCH', `/users/${away.id}`, { enabled: false });
  await office.key(office.admin, { role: 'administrator' });
  await office.invite(office.admin, { email: 'next@example.test', role: 'administrator' });
  expect(await own('DELETE', `/users/${first}`)).toMatchObject(refused);
});

test('a role of one’s own counts as long as it can manage users, and cannot stop being able to', async () => {
  const all: Permission[] = [
    'admin:access',
    ...PERMISSION_TABLE.users.map((action): Permission => `users:${action}`),
  ];
  const { id: role, version } = await office.role('Personnel', all);
  const clerk = await office.member('Clerk', role);
  expect((await own('PATCH', `/users/${first}`, { role })).status).toBe(200);
  expect((await own('PATCH', `/users/${clerk.id}`, { enabled: false })).status).toBe(200);
  const fewer = all.filter((permission) => permission !== 'users:delete');
  expect(await own('PATCH', `/roles/${role}`, { version, permissions: fewer })).toMatchObject(
    refused,
  );
  // The way back is from outside: nobody left holds what an administrator holds.
  await office.server.app.core.auth.createUser({
    name: 'Again',
    email: 'again@example.test',
    password: ADMIN.password,
    role: 'administrator',
  });
  const again = await office.signIn({ email: 'again@example.test', password: ADMIN.password });
  expect(
    (await office.ask(again, 'PATCH', `/users/${first}`, { role: 'administrator' })).status,
  ).toBe(200);
  await own('DELETE', `/users/${await idOf(again)}`);
});

const idOf = async (cookie: string) =>
  ((await office.ask(cookie, 'GET', '/me')).body as { id: string }).id;

async function both(): Promise<[Member, Member]> {
  return [
    await office.member(`One${Math.random()}`, 'administrator'),
    await office.member(`Two${Math.random()}`, 'administrator'),
  ];
}

test.each([
  ['disable', 'PATCH', { enabled: false }],
  ['demote', 'PATCH', { role: 'viewer' }],
  ['delete', 'DELETE', undefined],
] as const)(
  'of two administrators who %s each other at once, one is refused',
  async (_what, method, body) => {
    // SQLite has one writer anyway; making people is slow on purpose.
    for (let round = 0; round < (other === office.server ? 1 : 2); round += 1) {
      const [one, two] = await both();
      const answers = await Promise.all([
        office.ask(one.cookie, method, `/users/${two.id}`, body),
        office.ask(two.cookie, method, `/users/${one.id}`, body, other),
      ]);
      const done = answers.filter(({ status }) => status < 300);
      expect(done).toHaveLength(1);
      const lost = answers.find(({ status }) => status >= 300);
      expect(['forbidden', 'unauthenticated', 'not_found']).toContain(lost?.code);
      for (const { id } of [one, two]) {
        await own('DELETE', `/users/${id}`);
      }
    }
  },
);

test('of the last two who leave at once, one stays', async () => {
  const second = await office.member('Second', 'administrator');
  const answers = await Promise.all([
    office.ask(office.admin, 'PATCH', `/users/${first}`, { role: 'editor' }),
    office.ask(second.cookie, 'PATCH', `/users/${second.id}`, { role: 'editor' }, other),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [own] = answers;
  const keeper = own?.status === 409 ? office.admin : second.cookie;
  expect((await office.ask(keeper, 'GET', '/users')).status).toBe(200);
});
