import type { BuiltInRole } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { connect } from './test-support/log-in.ts';
import { actorOf, BAKERY, OLENA, prepareWorlds, startWorld } from './test-support/world.ts';

prepareWorlds();

const on = { changes: [{ pageId: BAKERY, receiving: true }] };
const readers: BuiltInRole[] = ['administrator', 'editor', 'viewer'];
const editors: BuiltInRole[] = ['administrator', 'editor'];

const routes = [
  ['GET', '/pages', undefined, readers, 200],
  ['GET', `/pages/${BAKERY}/accounts`, undefined, readers, 200],
  ['GET', `/pages/${BAKERY}/picture`, undefined, readers, 200],
  ['GET', '/accounts/1220000000000501/picture', undefined, readers, 200],
  ['POST', '/pages/refresh', undefined, readers, 202],
  ['GET', '/pages/refresh/latest', undefined, readers, 404],
  ['GET', '/connect/ca_none', undefined, readers, 404],
  ['POST', '/connect', {}, editors, 201],
  ['PATCH', '/pages', on, editors, 200],
  ['DELETE', `/pages/${BAKERY}`, undefined, editors, 204],
] as const;

test.each(routes)('%s %s is for those whose role allows it', async (...route) => {
  const [method, path, body, allowed, status] = route;
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  for (const role of ['agent', 'viewer', 'editor', 'administrator'] as const) {
    world.signIn(actorOf(role));
    const answer = await world.api(method, path, body);
    const isAllowed = allowed.includes(role);
    if (isAllowed && !(method === 'DELETE' && role === 'administrator')) {
      expect(answer.status, role).toBe(status);
    } else if (!isAllowed) {
      expect(answer.status, role).toBe(403);
      expect(answer.body.error.details.missing).toMatch(/^gateways:/);
    }
  }
  world.signIn(undefined);
  expect((await world.api(method, path, body)).status).toBe(401);
});

test('create alone is enough to connect and to switch, but not to remove', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.signIn({
    ...actorOf('viewer'),
    permissions: new Set(['admin:access', 'gateways:access', 'gateways:create']),
  });
  expect((await world.api('POST', '/connect', {})).status).toBe(201);
  expect((await world.api('PATCH', '/pages', on)).status).toBe(200);
  expect((await world.api('DELETE', `/pages/${BAKERY}`)).status).toBe(403);
  expect((await world.api('GET', '/pages')).status).toBe(403);
});

const malformed = [
  ['GET', '/pages?limit=0'],
  ['GET', '/pages?limit=501'],
  ['GET', '/pages?state=fine'],
  ['GET', '/pages?sort=id'],
  ['GET', '/pages?cursor=nonsense'],
  ['GET', `/pages?cursor=${Buffer.from('[1]').toString('base64url')}`],
  ['GET', `/pages?search=${'x'.repeat(201)}`],
  ['GET', `/pages/${'9'.repeat(65)}/accounts`],
  ['GET', `/pages/${BAKERY}/accounts?search=${'x'.repeat(201)}`],
  ['GET', `/pages/${'9'.repeat(65)}/picture`],
  ['GET', `/accounts/${'9'.repeat(65)}/picture`],
  ['GET', `/pages/refresh/${'x'.repeat(65)}`],
  ['GET', `/connect/${'x'.repeat(65)}`],
  ['POST', '/connect', { reauthenticate: 'please' }],
  ['POST', '/connect', { unknown: 1 }],
  ['PATCH', '/pages', {}],
  ['PATCH', '/pages', { changes: [] }],
  ['PATCH', '/pages', { changes: [{ pageId: BAKERY }] }],
  ['PATCH', '/pages', { changes: [{ pageId: '', receiving: true }] }],
  ['PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true, extra: 1 }] }],
  ['DELETE', `/pages/${'9'.repeat(65)}`],
] as const;

test.each(malformed)('%s %s with %j is malformed', async (method, path, body = undefined) => {
  const world = await startWorld();
  const answer = await world.api(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.body.error.code).toBe('invalid');
});

test.each(routes)('%s %s of an unknown gateway is not found', async (method, path, body) => {
  const world = await startWorld();
  const answer = await world.server.inject({
    method,
    url: `/api/v1/gateways/gw_none${path}`,
    ...(body ? { payload: body } : {}),
  });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().error.code).toBe('not_found');
});
