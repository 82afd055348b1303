import { expect, test } from 'vitest';
import { comeBack, connect, openWindow } from '../test-support/log-in.ts';
import {
  actorOf,
  BAKERY,
  BOOKS,
  OLENA,
  OTHER_URI,
  prepareWorlds,
  startWorld,
  URI,
} from '../test-support/world.ts';
import { startAttempt } from './attempts.ts';

prepareWorlds();

const MINUTE_MS = 60_000;

test('the window leads to Facebook with the asked permissions and a state of 128 bits', async () => {
  const world = await startWorld();
  const { dialog, opened } = await openWindow(world, OLENA, { pages: [BAKERY] });
  const asked = new URL(dialog);
  expect(asked.pathname).toBe('/v26.0/dialog/oauth');
  const { state, ...params } = Object.fromEntries(asked.searchParams);
  expect(params).toEqual({
    client_id: world.app.appId,
    redirect_uri: `http://127.0.0.1:8080/meta/${URI}/oauth/callback`,
    response_type: 'code',
    display: 'popup',
    auth_type: 'rerequest',
    scope: 'public_profile,pages_show_list,pages_messaging,pages_manage_metadata',
  });
  expect(Buffer.from(state ?? '', 'base64url')).toHaveLength(16);
  expect(opened.headers['set-cookie']).toMatch(
    new RegExp(
      `^cg_connect_ca_[0-9a-f-]{36}=[\\w-]{22}; Path=/meta/${URI}/oauth; Max-Age=600; HttpOnly; SameSite=Lax$`,
    ),
  );
  expect(opened.headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
});

test('the cookie is for https only where the gateway is reached by https', async () => {
  const world = await startWorld({ publicUrl: 'https://127.0.0.1' });
  const { opened } = await openWindow(world, OLENA, { pages: [BAKERY] });
  expect(opened.headers['set-cookie']).toMatch(/; Secure$/);
});

test('optional permissions are asked for where the gateway ticks them', async () => {
  const world = await startWorld({
    gateway: { findBusinessPages: true, importMissedMessages: true },
  });
  const { dialog } = await openWindow(world, OLENA, { pages: [BAKERY] });
  expect(new URL(dialog).searchParams.get('scope')).toMatch(
    /,business_management,pages_read_engagement$/,
  );
});

test('a login configuration takes the place of the permissions', async () => {
  const world = await startWorld({ gateway: { loginConfigId: '770011223344001' } });
  const { dialog } = await openWindow(world, OLENA, { pages: [BAKERY] });
  const { searchParams } = new URL(dialog);
  expect(searchParams.get('config_id')).toBe('770011223344001');
  expect(searchParams.has('scope')).toBe(false);
  expect(searchParams.has('override_default_response_type')).toBe(false);
});

test('another account is asked for by its password', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', { reauthenticate: true });
  const url = new URL(body.url);
  const opened = await world.server.inject({ url: url.pathname + url.search });
  expect(String(opened.headers.location)).toContain('auth_type=reauthenticate');
});

test('coming back leads to the result page at once, and the cookie alone is not the state', async () => {
  const world = await startWorld();
  const window = await openWindow(world, OLENA, { pages: [BAKERY] });
  const back = await world.server.inject({ url: window.path, headers: { cookie: window.cookie } });
  expect(back.statusCode).toBe(302);
  expect(back.headers.location).toBe(`/connect/${world.app.id}/${window.attemptId}`);
  await world.drain();
  expect(world.hints).toContainEqual({
    type: 'connect.finished',
    gatewayId: world.app.id,
    attemptId: window.attemptId,
  });
});

const refusals = [
  ['an unknown state', 'state_unknown', 404],
  ['another browser', 'browser_differs', 403],
  ['a second use', 'state_used', 410],
  ['more than ten minutes', 'expired', 410],
  ['a newer window', 'superseded', 410],
] as const;

test.each(refusals)('%s is refused with %s and changes nothing', async (about, code, status) => {
  const world = await startWorld();
  const window = await openWindow(world, OLENA, { pages: [BAKERY] });
  let { path } = window;
  let cookie = window.cookie;
  let expected = 0;
  switch (about) {
    case 'an unknown state':
      path = path.replace(/state=[^&]+/, 'state=AAAAAAAAAAAAAAAAAAAAAA');
      break;
    case 'another browser':
      cookie = cookie.replace(/=.*/, '=AAAAAAAAAAAAAAAAAAAAAA');
      break;
    case 'a second use':
      await comeBack(world, window);
      expected = 1;
      break;
    case 'more than ten minutes':
      world.clock.at += 10 * MINUTE_MS;
      break;
    case 'a newer window':
      await world.api('POST', '/connect', {});
  }
  const back = await world.server.inject({ url: path, headers: { cookie } });
  await world.drain();
  expect(back.statusCode).toBe(status);
  expect(back.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(back.headers['content-security-policy']).toContain("default-src 'none'");
  expect(back.body).toContain(`<code>${code}</code>`);
  expect(back.body).not.toContain('<script');
  expect((await world.list()).items).toHaveLength(expected);
});

test('a state of one gateway is unknown at another', async () => {
  const world = await startWorld();
  const window = await openWindow(world, OLENA, { pages: [BAKERY] });
  const back = await world.server.inject({
    url: window.path.replace(URI, OTHER_URI),
    headers: { cookie: window.cookie },
  });
  expect(back.body).toContain('state_unknown');
});

test('two returns at the same moment are worked on once', async () => {
  const world = await startWorld();
  const other = await world.startNode();
  const { path, cookie } = await openWindow(world, OLENA, { pages: [BAKERY] });
  const both = await Promise.all(
    [world, other].map((node) => node.server.inject({ url: path, headers: { cookie } })),
  );
  await Promise.all([world.drain(), other.drain()]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([302, 410]);
});

test('the start works once', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', {});
  const { pathname, search } = new URL(body.url);
  const first = await world.server.inject({ url: pathname + search });
  const second = await world.server.inject({ url: pathname + search });
  expect(first.statusCode).toBe(302);
  expect(second.statusCode).toBe(410);
  expect(second.body).toContain('state_used');
});

test('the start belongs to the session that asked', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', {});
  const { pathname, search } = new URL(body.url);
  const others = [
    [undefined, 'signed_out'],
    [actorOf('editor'), 'browser_differs'],
    [actorOf('administrator', 'api_key'), 'browser_differs'],
  ] as const;
  for (const [other, code] of others) {
    world.signIn(other);
    const opened = await world.server.inject({ url: pathname + search });
    expect(opened.statusCode).toBe(403);
    expect(opened.body).toContain(code);
  }
  world.signIn(actorOf('administrator'));
  expect((await world.server.inject({ url: pathname + search })).statusCode).toBe(302);
});

test("an API key's window belongs to whoever opens it first", async () => {
  const world = await startWorld();
  world.signIn(actorOf('editor', 'api_key'));
  const { body } = await world.api('POST', '/connect', {});
  const { pathname, search } = new URL(body.url);
  world.signIn(undefined);
  expect((await world.server.inject({ url: pathname + search })).statusCode).toBe(302);
  expect((await world.server.inject({ url: pathname + search })).statusCode).toBe(410);
});

test('the start of a preview, an unknown attempt and a late start spend nothing', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', {});
  const { pathname, search } = new URL(body.url);
  const url = pathname + search;
  expect((await world.server.inject({ method: 'HEAD', url })).statusCode).toBe(404);
  const unknown = await world.server.inject({ url: `${pathname}?attempt=ca_none` });
  expect(unknown.body).toContain('state_unknown');
  world.clock.at += 11 * MINUTE_MS;
  expect((await world.server.inject({ url })).body).toContain('expired');
});

test('cancelling at Facebook ends the attempt and changes nothing', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const attempt = await connect(world, OLENA, { isCancelled: true });
  expect(attempt).toMatchObject({ status: 'cancelled', removed: [], error: { code: 'cancelled' } });
  expect((await world.list()).items).toHaveLength(2);
});

test('pressing again ends only the window of the same person', async () => {
  const world = await startWorld();
  const mine = await world.api('POST', '/connect', {});
  const { attemptId } = await startAttempt(world.deps, {
    gatewayId: world.app.id,
    actor: actorOf('editor'),
    reauthenticate: false,
    sameTab: false,
  });
  await world.api('POST', '/connect', {});
  const status = async (id: string) => (await world.api('GET', `/connect/${id}`)).body;
  expect(await status(mine.body.attemptId)).toMatchObject({
    status: 'failed',
    error: { code: 'superseded' },
  });
  expect(await status(attemptId)).toMatchObject({ status: 'pending' });
});

test('an attempt that nobody comes back to expires after ten minutes', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', {});
  world.clock.at += 10 * MINUTE_MS;
  const path = `/connect/${body.attemptId}`;
  expect((await world.api('GET', path)).body).toMatchObject({ status: 'expired' });
  await world.drain();
  expect((await world.api('GET', path)).body).toMatchObject({
    status: 'expired',
    finishedAt: world.clock.at,
    error: { code: 'expired' },
  });
});

test('an attempt is forgotten thirty days after it ended', async () => {
  const world = await startWorld();
  const { body } = await world.api('POST', '/connect', {});
  const path = `/connect/${body.attemptId}`;
  world.clock.at += 10 * MINUTE_MS;
  await world.drain();
  world.clock.at += 30 * 24 * 60 * MINUTE_MS;
  await world.drain();
  expect((await world.api('GET', path)).status).toBe(200);
  world.clock.at += 1;
  await world.drain();
  expect((await world.api('GET', path)).status).toBe(404);
});

test('an attempt whose process died fails after five minutes and cannot be applied later', async () => {
  const world = await startWorld();
  const other = await world.startNode();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const window = await openWindow(world, OLENA, { pages: [BAKERY] });
  world.emulator.faults.set('graph_delay', { ms: 300 });
  await world.server.inject({ url: window.path, headers: { cookie: window.cookie } });
  world.clock.at += 5 * MINUTE_MS + 1;
  await other.drain();
  const attempt = await other.api('GET', `/connect/${window.attemptId}`);
  expect(attempt.body).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
  world.emulator.faults.clear();
  await world.drain();
  expect((await world.list()).items).toHaveLength(2);
});
