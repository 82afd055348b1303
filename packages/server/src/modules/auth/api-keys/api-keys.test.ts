import type { ApiKey, ApiKeyList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Office, openOffice } from '../test-support/staff.ts';

const DAY_MS = 86_400_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

const works = async (key: string) => (await office.ask(key, 'GET', '/gateways')).status;
async function shown(id: string): Promise<ApiKey | undefined> {
  const { body } = await office.ask(office.admin, 'GET', '/api-keys?limit=200');
  return (body as ApiKeyList).items.find((key) => key.id === id);
}

test('a key is shown once, works, and its last use is told to the minute', async () => {
  const { key, apiKey } = await office.key(office.admin, { role: 'viewer' });
  expect(key).toMatch(/^cg_[\w-]{43}$/);
  expect(apiKey).toMatchObject({ state: 'active', lastUsedAt: null, shownPrefix: key.slice(0, 7) });
  expect(await works(key)).toBe(200);
  const { lastUsedAt } = (await shown(apiKey.id)) ?? {};
  expect(lastUsedAt).toBeTypeOf('number');
  await works(key);
  expect((await shown(apiKey.id))?.lastUsedAt).toBe(lastUsedAt);
  office.server.clock.move(60_000);
  await works(key);
  expect((await shown(apiKey.id))?.lastUsedAt).toBeGreaterThan(lastUsedAt ?? 0);
  const { body } = await office.ask(office.admin, 'GET', '/api-keys');
  expect(JSON.stringify(body)).not.toContain(key);
});

test('an expired key does nothing any more, from that moment', async () => {
  const expiresAt = office.server.clock.now() + DAY_MS;
  const { key, apiKey } = await office.key(office.admin, { role: 'viewer', expiresAt });
  office.server.clock.move(DAY_MS - 60_000);
  expect(await works(key)).toBe(200);
  office.server.clock.move(60_000);
  expect(await works(key)).toBe(401);
  expect(await shown(apiKey.id)).toMatchObject({ state: 'expired' });
  const { code } = await office.ask(office.admin, 'POST', '/api-keys', {
    name: 'Late',
    role: 'viewer',
    expiresAt: office.server.clock.now(),
  });
  expect(code).toBe('invalid');
});

test('a revoked key does nothing any more, and revoking again is no failure', async () => {
  const { key, apiKey } = await office.key(office.admin, { role: 'viewer' });
  const revoke = () => office.ask(office.admin, 'DELETE', `/api-keys/${apiKey.id}`);
  expect((await revoke()).status).toBe(204);
  expect(await works(key)).toBe(401);
  expect((await revoke()).status).toBe(204);
  expect(await shown(apiKey.id)).toMatchObject({ state: 'revoked' });
  const { code } = await office.ask(office.admin, 'POST', `/api-keys/${apiKey.id}/take-over`, {});
  expect(code).toBe('not_found');
});

test('a key stops while its owner is disabled, and is bounded by what the owner may do', async () => {
  const owner = await office.member('Owner', 'administrator');
  const { key, apiKey } = await office.key(owner.cookie, { role: 'administrator' });
  const change = (body: object) => office.ask(office.admin, 'PATCH', `/users/${owner.id}`, body);
  await change({ enabled: false });
  expect(await works(key)).toBe(401);
  expect(await shown(apiKey.id)).toMatchObject({ state: 'stopped' });
  await change({ enabled: true });
  expect(await works(key)).toBe(200);
  await change({ role: 'viewer' });
  expect(await works(key)).toBe(200);
  expect((await office.ask(key, 'GET', '/users')).code).toBe('forbidden');
  expect(await shown(apiKey.id)).toMatchObject({ state: 'active', limited: true });
});

test('a key is taken over by who has its rights, and outlives its maker', async () => {
  const maker = await office.member('Maker', 'administrator');
  const { key, apiKey } = await office.key(maker.cookie, { role: 'viewer' });
  const path = `/api-keys/${apiKey.id}/take-over`;
  expect(await office.ask(key, 'POST', path, {})).toMatchObject({ code: 'forbidden' });
  const { body } = await office.ask(office.admin, 'POST', path, {});
  expect(body).toMatchObject({ owner: { name: 'Administrator' } });
  await office.ask(office.admin, 'DELETE', `/users/${maker.id}`);
  expect(await works(key)).toBe(200);
});

test('a key gives nothing that it lacks, and what it makes belongs to its owner', async () => {
  const { id: role } = await office.role('Key maker', [
    'admin:access',
    'users:access',
    'users:create',
  ]);
  const { key } = await office.key(office.admin, { role });
  const make = (wanted: string) =>
    office.ask(key, 'POST', '/api-keys', { name: 'Child', role: wanted, expiresAt: null });
  expect((await make('viewer')).code).toBe('beyond_own_rights');
  const { status, body } = await make(role);
  expect(status).toBe(201);
  expect(body).toMatchObject({ apiKey: { owner: { name: 'Administrator' } } });
});

test('what is malformed is refused', async () => {
  for (const body of [
    {},
    { name: ' ', role: 'viewer', expiresAt: null },
    { name: 'x', role: 'viewer' },
    { name: 'x', role: 'viewer', expiresAt: 'tomorrow' },
  ]) {
    expect((await office.ask(office.admin, 'POST', '/api-keys', body)).code).toBe('invalid');
  }
  const nobody = { name: 'x', role: 'nobody', expiresAt: null };
  expect((await office.ask(office.admin, 'POST', '/api-keys', nobody)).code).toBe('not_found');
});
