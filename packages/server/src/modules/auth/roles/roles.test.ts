import type { Role, RoleList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Office, openOffice } from '../test-support/staff.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

const ask = (method: string, path: string, body?: unknown) =>
  office.ask(office.admin, method, path, body);
const find = async (id: string) =>
  ((await ask('GET', '/roles')).body as RoleList).items.find((role) => role.id === id);

test('the built-in roles come first and cannot be changed or deleted', async () => {
  const { items } = (await ask('GET', '/roles')).body as RoleList;
  expect(items.map(({ id }) => id)).toEqual(['administrator', 'editor', 'viewer', 'agent']);
  expect((await ask('PATCH', '/roles/agent', { version: 1, name: 'x' })).code).toBe(
    'role_built_in',
  );
  expect((await ask('DELETE', '/roles/viewer')).code).toBe('role_built_in');
});

test('a role is composed, changed and deleted, and the audit log has it', async () => {
  const made = await office.role('Connector', ['admin:access', 'gateways:access']);
  expect(made).toMatchObject({ builtIn: false, version: 1, usedBy: { people: 0 } });
  const changed = (
    await ask('PATCH', `/roles/${made.id}`, {
      version: 1,
      permissions: ['admin:access', 'gateways:access', 'gateways:create'],
    })
  ).body as Role;
  expect(changed).toMatchObject({ name: 'Connector', version: 2 });
  expect(changed.permissions).toContain('gateways:create');
  expect((await ask('DELETE', `/roles/${made.id}`)).status).toBe(204);
  expect((await office.audited()).slice(0, 3)).toEqual([
    'role.deleted',
    'role.changed',
    'role.created',
  ]);
});

test('an action without the access to its section, or to the application, is refused', async () => {
  for (const permissions of [
    ['admin:access', 'gateways:read'],
    ['gateways:access', 'gateways:read'],
    ['gateways:fly'],
    ['admin:access', 'admin:access'],
  ]) {
    const { code } = await ask('POST', '/roles', { name: 'Odd', permissions });
    expect([permissions, code]).toEqual([permissions, 'invalid']);
  }
});

test('no two roles differ by case and spaces alone, whoever is first', async () => {
  const permissions = ['admin:access'];
  const answers = await Promise.all(
    ['Night shift', '  night   SHIFT '].map((name) => ask('POST', '/roles', { name, permissions })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect((await ask('POST', '/roles', { name: 'AGENT', permissions })).code).toBe(
    'role_name_taken',
  );
});

test('of two who save the same version, the second is told', async () => {
  const { id } = await office.role('Shared', ['admin:access']);
  const answers = await Promise.all(
    ['One', 'Two'].map((name) => ask('PATCH', `/roles/${id}`, { version: 1, name })),
  );
  expect(answers.map(({ code }) => code).sort()).toEqual(['conflict', undefined]);
});

test('a role that a person, a key or an open invitation has is not deleted', async () => {
  const uses: [string, (role: string) => Promise<() => Promise<unknown>>][] = [
    [
      'people',
      async (role) => {
        const { id } = await office.member('Holder', role);
        return () => ask('DELETE', `/users/${id}`);
      },
    ],
    [
      'apiKeys',
      async (role) => {
        const { apiKey } = await office.key(office.admin, { role });
        return () => ask('DELETE', `/api-keys/${apiKey.id}`);
      },
    ],
    [
      'invitations',
      async (role) => {
        const email = 'soon@example.test';
        const { invitation } = await office.invite(office.admin, { email, role });
        return () => ask('DELETE', `/invitations/${invitation.id}`);
      },
    ],
  ];
  for (const [kind, use] of uses) {
    const { id } = await office.role(`Used by ${kind}`, ['admin:access']);
    const end = await use(id);
    expect(await find(id)).toMatchObject({ usedBy: { [kind]: 1 } });
    expect([kind, (await ask('DELETE', `/roles/${id}`)).code]).toEqual([kind, 'role_in_use']);
    await end();
    expect([kind, (await ask('DELETE', `/roles/${id}`)).status]).toEqual([kind, 204]);
  }
});

test('a role deleted while somebody is being given it: one of the two is refused', async () => {
  const { id: role } = await office.role('Brief', ['admin:access']);
  const { id } = await office.member('Taker', 'viewer');
  const [given, deleted] = await Promise.all([
    ask('PATCH', `/users/${id}`, { role }),
    ask('DELETE', `/roles/${role}`),
  ]);
  expect([given?.status, deleted?.status].filter((status) => (status ?? 0) < 300)).toHaveLength(1);
});

test('nobody composes a role of what they lack, or changes one that holds it', async () => {
  const { id: roleId } = await office.role('Personnel', [
    'admin:access',
    'users:access',
    'users:read',
    'users:create',
    'users:edit',
    'users:delete',
  ]);
  const strong = await office.role('Strong', ['admin:access', 'audit:access', 'audit:read']);
  const { cookie } = await office.member('Clerk', roleId);
  const permissions = ['admin:access', 'audit:access', 'audit:read'];
  for (const [method, path, body] of [
    ['POST', '/roles', { name: 'Mine', permissions }],
    ['PATCH', `/roles/${strong.id}`, { version: 1, name: 'Mine' }],
    ['PATCH', `/roles/${roleId}`, { version: 1, permissions }],
    ['DELETE', `/roles/${strong.id}`, undefined],
  ] as const) {
    const { code } = await office.ask(cookie, method, path, body);
    expect([method, path, code]).toEqual([method, path, 'beyond_own_rights']);
  }
});
