import type { User, UserList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN } from '../../../test-support/app.ts';
import { type Office, openOffice } from '../test-support/staff.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

const list = async (query: string) =>
  (await office.ask(office.admin, 'GET', `/users?${query}`)).body as UserList;
const change = (as: string, id: string, body: object) =>
  office.ask(as, 'PATCH', `/users/${id}`, body);

test('people are found by name, address and role, in every alphabet, a page at a time', async () => {
  await office.member('Żółw', 'agent');
  await office.member('Öhler', 'viewer');
  const namesOf = ({ items }: UserList) => items.map(({ name }) => name);
  expect(namesOf(await list(`search=${encodeURIComponent('ŻÓŁW')}`))).toEqual(['Żółw']);
  expect(namesOf(await list('search=*hler@'))).toEqual(['Öhler']);
  expect(namesOf(await list('role=agent'))).toEqual(['Żółw']);
  expect(await list('role=agent&search=hler')).toMatchObject({ items: [], total: 0 });
  const first = await list('limit=2');
  const rest = await list(`limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
  expect(new Set([...namesOf(first), ...namesOf(rest)]).size).toBe(3);
  expect(rest.nextCursor).toBeNull();
});

test('a new role counts at once, in an open session', async () => {
  const eve = await office.member('Eve', 'viewer');
  const create = () => office.ask(eve.cookie, 'POST', '/gateways', {});
  expect((await create()).code).toBe('forbidden');
  expect((await change(office.admin, eve.id, { role: 'editor' })).status).toBe(200);
  expect((await create()).code).toBe('invalid');
});

test('whoever is disabled is out at once, and not let in; enabled, they are', async () => {
  const { id, email, cookie } = await office.member('Dora', 'viewer');
  await change(office.admin, id, { enabled: false });
  expect((await office.ask(cookie, 'GET', '/me')).code).toBe('unauthenticated');
  expect(await office.signIn({ email })).not.toContain('session_token');
  await change(office.admin, id, { enabled: true });
  expect((await office.ask(cookie, 'GET', '/me')).code).toBe('unauthenticated');
  expect(await office.signIn({ email })).toContain('session_token');
});

test('a deleted person is gone with sessions and keys, and stays in the audit log', async () => {
  const { id, cookie } = await office.member('Gone', 'administrator');
  const { key } = await office.key(cookie, { role: 'viewer' });
  expect((await office.ask(office.admin, 'DELETE', `/users/${id}`)).status).toBe(204);
  expect((await office.ask(cookie, 'GET', '/me')).status).toBe(401);
  expect((await office.ask(key, 'GET', '/me')).status).toBe(401);
  expect(await office.person(id)).toBeUndefined();
  expect((await office.audited()).slice(0, 2).sort()).toEqual(['api_key.revoked', 'user.deleted']);
  expect((await office.ask(office.admin, 'DELETE', `/users/${id}`)).code).toBe('not_found');
});

test('nobody gives a role with more rights than their own, or acts on who has them', async () => {
  const { id: roleId } = await office.role('Personnel', [
    'admin:access',
    'users:access',
    'users:read',
    'users:create',
    'users:edit',
    'users:delete',
  ]);
  const clerk = await office.member('Clerk', roleId);
  const agent = await office.member('Agent', roleId);
  expect(await change(clerk.cookie, agent.id, { role: 'administrator' })).toMatchObject({
    code: 'beyond_own_rights',
    body: { error: { details: { missing: expect.arrayContaining(['gateways:delete']) } } },
  });
  const { items } = await list(`search=${ADMIN.email}`);
  const boss = items[0] as User;
  for (const [method, path, body] of [
    ['PATCH', '', { name: 'x' }],
    ['PATCH', '', { enabled: false }],
    ['DELETE', '', undefined],
    ['POST', '/password-reset', {}],
  ] as const) {
    const answer = await office.ask(clerk.cookie, method, `/users/${boss.id}${path}`, body);
    expect([method, path, answer.code]).toEqual([method, path, 'beyond_own_rights']);
  }
  expect((await change(clerk.cookie, agent.id, { enabled: false })).status).toBe(200);
});

test('what is malformed is refused', async () => {
  const eve = (await list('search=eve')).items[0] as User;
  for (const body of [{}, { name: '' }, { name: 'a\nb' }, { enabled: 'no' }, { admin: true }]) {
    expect([body, (await change(office.admin, eve.id, body)).code]).toEqual([body, 'invalid']);
  }
  expect((await change(office.admin, eve.id, { role: 'none' })).code).toBe('not_found');
  expect((await office.ask(office.admin, 'GET', '/users?cursor=nonsense')).code).toBe('invalid');
});
