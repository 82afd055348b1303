import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { largePerson, parseSeed } from '../index.ts';
import {
  type Answer,
  APP_ID,
  BAKERY,
  dialogUrl,
  logIn,
  OLENA,
  pageToken,
  startWorld,
  subscribe,
} from '../test-support/world.ts';

async function startControlled() {
  const world = await startWorld();
  const call = async (
    path: string,
    body?: object,
    method = body ? 'POST' : 'GET',
  ): Promise<{ status: number; body: Answer }> => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const init = body ? { method, headers, body: JSON.stringify(body) } : { method };
    const response = await fetch(`${world.url}/emulator/api/${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  return { ...world, world, call };
}

test('GET /emulator/api/faults, POST /emulator/api/faults and DELETE /emulator/api/faults switch faults', async () => {
  const { call } = await startControlled();
  const on = await call('faults', { name: 'graph_delay', ms: 50 });
  expect(on.body).toEqual({ graph_delay: { ms: 50 } });
  await call('faults', { name: 'accounts_omit', pages: [BAKERY] });
  expect((await call('faults')).body).toHaveProperty('accounts_omit', { pages: [BAKERY] });
  await call('faults', { name: 'graph_delay', on: false });
  expect((await call('faults')).body).not.toHaveProperty('graph_delay');
  expect((await call('faults', undefined, 'DELETE')).body).toEqual({});
  expect(await call('faults', { name: 'bogus' })).toMatchObject({ status: 400 });
  expect(await call('faults', { name: 'graph_delay', speed: 1 })).toMatchObject({ status: 400 });
  expect(await call('faults', { name: 'graph_delay', ms: 'soon' })).toMatchObject({ status: 400 });
});

test('POST /emulator/api/customers/open, POST /emulator/api/customers/send, POST /emulator/api/customers/burst, POST /emulator/api/drain and GET /emulator/api/tallies write as a customer', async () => {
  const { world, call, received } = await startControlled();
  await subscribe(world, await pageToken(world, await logIn(world, OLENA), BAKERY));
  const who = { pageId: BAKERY, customerId: 'c2' };
  const { psid } = (await call('customers/open', who)).body;
  const sent = await call('customers/send', { ...who, kind: 'text', text: 'Hi' });
  expect(sent.body).toEqual({ psid, mid: expect.stringMatching(/^m_/) });
  await call('customers/burst', { pageId: BAKERY, psid, count: 3, mode: 'twice' });
  await call('drain', {});
  expect(received).toHaveLength(7);
  const { tallies, waiting } = (await call('tallies')).body;
  expect(waiting).toBe(0);
  expect(tallies[`${BAKERY}:${psid}`]).toMatchObject({ sent: 4, acknowledged: 4, copiesSent: 3 });
  expect(await call('customers/send', { ...who, kind: 'shout' })).toMatchObject({ status: 400 });
  const stranger = await call('customers/send', { pageId: BAKERY, psid: '1', kind: 'text' });
  expect(stranger).toMatchObject({ status: 400 });
});

test('GET /emulator/api/state, POST /emulator/api/snapshot, POST /emulator/api/restore and POST /emulator/api/reset move the whole world', async () => {
  const { world, call } = await startControlled();
  await logIn(world, OLENA);
  const { body: snapshot } = await call('snapshot', {});
  await call('reset', {});
  expect((await call('state')).body.grants).toEqual({});
  await call('restore', snapshot);
  expect((await call('state')).body).toEqual(snapshot);
  expect(await call('restore', { format: 1 })).toMatchObject({ status: 400 });
  await call('reset', { largeSeed: 500, unreadable: [3] });
  expect(Object.keys(world.emulator.state.pages)).toHaveLength(510);
  expect(world.emulator.state.people[largePerson().id]?.email).toBe('petra@example.test');
});

test('GET /emulator/api/usage and POST /emulator/api/usage/reset count requests and calls', async () => {
  const { world, call } = await startControlled();
  const token = await logIn(world, OLENA);
  await world.graph('/me', { access_token: token });
  const { body } = await call('usage');
  expect(body).toEqual({
    requests: 3,
    countedCalls: 3,
    byTokenKind: { none: 2, app: 0, user: 1, page: 0 },
  });
  await call('usage/reset', {});
  expect((await call('usage')).body.requests).toBe(0);
});

test('POST /emulator/api/authorize goes through the windows for a program', async () => {
  const { call, url } = await startControlled();
  const body = { url: dialogUrl(url), person: OLENA, pages: [BAKERY] };
  const { redirect } = (await call('authorize', body)).body;
  expect(new URL(redirect).searchParams.get('code')).toMatch(/^AQ/);
  const cancelled = (await call('authorize', { ...body, isCancelled: true })).body;
  expect(cancelled.redirect).toContain('error=access_denied');
  const shortcut = await call('authorize', { ...body, pages: 'all', isShortcut: true });
  expect(shortcut.body.redirect).toContain('code=AQ');
  const wrong = await call('authorize', { ...body, url: `${url}/dialog/oauth?client_id=1` });
  expect(wrong.status).toBe(400);
  expect(wrong.body.error.message).toContain('Invalid App ID');
});

test('POST /emulator/api/people/change-password, POST /emulator/api/people/remove-app, POST /emulator/api/people/remove-from-page, POST /emulator/api/people/add-to-page and POST /emulator/api/people/request-deletion do what people do at Meta', async () => {
  const { world, call, received } = await startControlled();
  const token = await logIn(world, OLENA);
  const app = {
    deauthorizeUrl: 'http://app.test/deauth',
    dataDeletionUrl: 'http://app.test/erase',
  };
  await call(`apps/${APP_ID}`, app);
  const person = OLENA;
  const pages = async () =>
    (await world.graph('/me/accounts', { access_token: token })).body.data.length;
  await call('people/remove-from-page', { person, pageId: BAKERY });
  expect(await pages()).toBe(4);
  await call('people/add-to-page', { person, pageId: BAKERY, tasks: ['MESSAGING'] });
  expect(await pages()).toBe(5);
  const deletion = await call('people/request-deletion', { person, appId: APP_ID });
  expect(deletion.body).toEqual({ status: 200, text: 'ok' });
  await call('people/change-password', { person });
  expect((await world.graph('/me', { access_token: token })).body.error.error_subcode).toBe(460);
  await call('people/remove-app', { person, appId: APP_ID });
  await world.emulator.drain();
  expect(received.map(({ url }) => url)).toEqual([app.dataDeletionUrl, app.deauthorizeUrl]);
  expect(await call('people/change-password', { person: 'nobody' })).toMatchObject({ status: 400 });
});

test('POST /emulator/api/people/send-deauthorize sends any of the three shapes', async () => {
  const { call, received, emulator } = await startControlled();
  await call(`apps/${APP_ID}`, { deauthorizeUrl: 'http://app.test/deauth' });
  const send = (body: object) => call('people/send-deauthorize', { appId: APP_ID, ...body });
  await send({ person: OLENA });
  await send({ pageId: BAKERY });
  await send({ person: OLENA, pageId: BAKERY });
  await emulator.drain();
  const payloads = received.map(({ body }) => {
    const [, text = ''] = (new URLSearchParams(body).get('signed_request') ?? '').split('.');
    const { user_id, profile_id } = JSON.parse(Buffer.from(text, 'base64url').toString());
    return [user_id, profile_id];
  });
  expect(payloads).toEqual([
    ['1220000000000501', undefined],
    ['', BAKERY],
    ['1220000000000501', BAKERY],
  ]);
});

test('POST /emulator/api/apps/:id changes the settings of an app', async () => {
  const { call } = await startControlled();
  const { body } = await call(`apps/${APP_ID}`, { mode: 'development', requireProof: true });
  expect(body).toMatchObject({ mode: 'development', requireProof: true });
  expect(await call(`apps/${APP_ID}`, { colour: 'blue' })).toMatchObject({ status: 400 });
  expect(await call('apps/1', { mode: 'live' })).toMatchObject({ status: 404 });
});

test('other sites and other host names are kept out', async () => {
  const { url } = await startWorld();
  const headers = { origin: 'https://evil.test', 'content-type': 'application/json' };
  const foreign = await fetch(`${url}/emulator/api/reset`, { method: 'POST', headers, body: '{}' });
  expect(foreign.status).toBe(403);
  const form = await fetch(`${url}/emulator/reset`, {
    method: 'POST',
    headers: { origin: 'https://evil.test' },
  });
  expect(form.status).toBe(403);
  const status = await new Promise((resolve) => {
    const { port } = new URL(url);
    request({ port, host: '127.0.0.1', headers: { host: 'evil.test' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(421);
});

test('state and queue survive a restart of the emulator', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  try {
    const stateFile = join(folder, 'state.json');
    const first = await startWorld({ stateFile });
    await subscribe(first, await pageToken(first, await logIn(first, OLENA), BAKERY));
    first.app.status = 0;
    const { psid } = first.emulator.customers.act({
      pageId: BAKERY,
      customerId: 'c1',
      kind: 'text',
    });
    await first.emulator.drain();
    await first.emulator.stop();
    const second = await startWorld({ stateFile });
    expect(second.emulator.state.queue).toHaveLength(1);
    second.clock.at += 5000;
    await second.emulator.drain();
    expect(second.received).toHaveLength(1);
    expect(second.emulator.state.tallies[`${BAKERY}:${psid}`]).toMatchObject({ acknowledged: 1 });
    await second.emulator.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a seed with a mistake is refused with its place', () => {
  const parse = (change: object) => () => parseSeed({ apps: [], people: [], pages: [], ...change });
  expect(
    parse({ people: [{ id: '1', name: 'A', email: 'a', password: 'b' }] })().people[0],
  ).toMatchObject({
    hasTwoFactor: true,
    credentials: 1,
  });
  expect(parse({ people: [{ id: '1' }] })).toThrow('Seed: people[0] lacks name.');
  expect(parse({ apps: [{ id: 1 }] })).toThrow('Seed: id of apps[0] is not of kind text.');
  expect(parse({ towns: [] })).toThrow('Seed: the file has an unknown key towns.');
});

test('the emulator runs on its own clock and picks up deliveries without being asked', async () => {
  const world = await startWorld({ clock: Date });
  await subscribe(world, await pageToken(world, await logIn(world, OLENA), BAKERY));
  const done = Promise.withResolvers<void>();
  const { received } = world;
  received.push = (...items) => {
    done.resolve();
    return Array.prototype.push.apply(received, items);
  };
  world.emulator.customers.act({ pageId: BAKERY, customerId: 'c1', kind: 'text' });
  await done.promise;
  expect(received).toHaveLength(1);
});

test('POST /emulator/api/pages/:id renames, un-publishes, merges and deletes a Page', async () => {
  const { world, call } = await startControlled();
  const token = await pageToken(world, await logIn(world, OLENA), BAKERY);
  const read = async () =>
    (await fetch(`${world.url}/${BAKERY}?fields=name,is_published&access_token=${token}`)).json();
  await call(`pages/${BAKERY}`, { name: '<b>Bäckerei</b> 🥨', isPublished: false });
  expect(await read()).toMatchObject({ name: '<b>Bäckerei</b> 🥨', is_published: false });
  await call(`pages/${BAKERY}`, { mergedInto: '99' });
  expect(await read()).toMatchObject({
    error: { code: 21, message: expect.stringContaining('migrated to page ID 99') },
  });
  expect(await call('pages/none', { name: 'x' })).toMatchObject({ status: 400 });
  expect(await call(`pages/${BAKERY}`, { owner: 'x' })).toMatchObject({ status: 400 });
});

test('a deleted Page is found by nobody', async () => {
  const { world, call } = await startControlled();
  const token = await pageToken(world, await logIn(world, OLENA), BAKERY);
  await call(`pages/${BAKERY}`, { isDeleted: true });
  const answer = await fetch(`${world.url}/${BAKERY}?access_token=${token}`);
  expect(await answer.json()).toMatchObject({ error: { code: 100, error_subcode: 33 } });
});

test('POST /emulator/api/pages/:id/set-fields subscribes as another system would', async () => {
  const { world, call } = await startControlled();
  const fields = ['leadgen', 'messages'];
  await call(`pages/${BAKERY}/set-fields`, { appId: APP_ID, fields });
  expect(world.emulator.state.pageSubscriptions).toEqual({ [`${BAKERY}:${APP_ID}`]: fields });
  expect(await call('pages/1/set-fields', { appId: APP_ID, fields })).toMatchObject({
    status: 400,
  });
});

test('POST /emulator/api/pages/:id/drop-app takes an app off a Page', async () => {
  const { world, call } = await startControlled();
  await subscribe(world, await pageToken(world, await logIn(world, OLENA), BAKERY));
  expect(Object.keys(world.emulator.state.pageSubscriptions)).toEqual([`${BAKERY}:${APP_ID}`]);
  await call(`pages/${BAKERY}/drop-app`, { appId: APP_ID });
  expect(Object.keys(world.emulator.state.pageSubscriptions)).toEqual([]);
});
