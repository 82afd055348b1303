import { expect, test } from 'vitest';
import {
  AISHA,
  APP_ID,
  APP_TOKEN,
  BAKERY,
  CALLBACK,
  logIn,
  OLENA,
  pageToken,
  startWorld,
} from '../test-support/world.ts';

const SUBSCRIPTIONS = `/v26.0/${APP_ID}/subscriptions`;
const FORM = {
  object: 'page',
  callback_url: CALLBACK,
  verify_token: 'verify-me',
  fields: 'messages, messaging_postbacks',
  access_token: APP_TOKEN,
};

test('POST /{app}/subscriptions shakes hands first; GET /{app}/subscriptions shows what holds', async () => {
  const { graph, emulator } = await startWorld();
  const refused = await graph(SUBSCRIPTIONS, { ...FORM, verify_token: 'wrong' }, 'POST');
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { code: 2200, type: 'OAuthException' } },
  });
  expect(refused.body.error.message).toContain('HTTP Status Code = 403');
  expect((await graph(SUBSCRIPTIONS, { access_token: APP_TOKEN })).body.data).toEqual([]);
  expect((await graph(SUBSCRIPTIONS, FORM, 'POST')).body).toEqual({ success: true });
  const { body } = await graph(SUBSCRIPTIONS, { access_token: APP_TOKEN });
  expect(body.data).toEqual([
    {
      object: 'page',
      callback_url: CALLBACK,
      active: true,
      fields: [
        { name: 'messages', version: 'v26.0' },
        { name: 'messaging_postbacks', version: 'v26.0' },
      ],
    },
  ]);
  Object.assign(emulator.state.apps[APP_ID] ?? {}, { allowSettingsByApi: false });
  expect((await graph(SUBSCRIPTIONS, FORM, 'POST')).body.error.code).toBe(200);
});

test('DELETE /{app}/subscriptions removes fields, an object, or everything', async () => {
  const { graph } = await startWorld();
  const remove = (params: Record<string, string>) =>
    graph(SUBSCRIPTIONS, { access_token: APP_TOKEN, ...params }, 'DELETE');
  const fields = async () => {
    const { data } = (await graph(SUBSCRIPTIONS, { access_token: APP_TOKEN })).body;
    return data.map((one: { object: string; fields: unknown[] }) => [
      one.object,
      one.fields.length,
    ]);
  };
  await graph(SUBSCRIPTIONS, FORM, 'POST');
  await graph(SUBSCRIPTIONS, { ...FORM, object: 'permissions' }, 'POST');
  await remove({ object: 'page', fields: 'messages' });
  expect(await fields()).toEqual([
    ['page', 1],
    ['permissions', 2],
  ]);
  await remove({ object: 'page' });
  expect(await fields()).toEqual([['permissions', 2]]);
  expect((await remove({})).body).toEqual({ success: true });
  expect(await fields()).toEqual([]);
});

test('POST /{page}/subscribed_apps replaces the set; GET /{page}/subscribed_apps lists the calling app', async () => {
  const world = await startWorld();
  const { graph } = world;
  const access_token = await pageToken(world, await logIn(world, OLENA), BAKERY);
  const path = `/v26.0/${BAKERY}/subscribed_apps`;
  expect((await graph(path, { access_token })).body).toEqual({ data: [] });
  const missing = await graph(path, { access_token }, 'POST');
  expect(missing.body.error.message).toBe('(#100) The parameter subscribed_fields is required.');
  const unknown = await graph(path, { access_token, subscribed_fields: 'messages,bogus' }, 'POST');
  expect(unknown.body.error.message).toMatch(
    /^\(#100\) Param subscribed_fields\[1\] must be one of \{aff/,
  );
  await graph(path, { access_token, subscribed_fields: 'messages,leadgen' }, 'POST');
  // A body without parameters, all of them in the query.
  const query = new URLSearchParams({ access_token, subscribed_fields: 'messages, message_reads' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${world.url}${path}?${query.toString()}`, { method: 'POST', headers });
  const list = await graph(path, { access_token, fields: 'subscribed_fields.as(fields),name' });
  expect(list.body.data).toEqual([
    { fields: ['messages', 'message_reads'], name: 'Demo contact centre', id: APP_ID },
  ]);
});

test('a missing permission or task refuses the whole set, in one text', async () => {
  const world = await startWorld();
  const poor = await logIn(world, OLENA, { decline: ['pages_messaging'] });
  const access_token = await pageToken(world, poor, BAKERY);
  const subscribed_fields = 'messages,message_echoes,feed';
  const refused = await world.graph(
    '/me/subscribed_apps',
    { access_token, subscribed_fields },
    'POST',
  );
  expect(refused.status).toBe(403);
  expect(refused.body.error.message).toBe(
    '(#200) To subscribe to the messages field, one of these permissions is needed: pages_messaging To subscribe to the message_echoes field, one of these permissions is needed: pages_messaging',
  );
  const analyst = await pageToken(world, await logIn(world, AISHA), '1080000000000105');
  const task = await world.graph(
    '/me/subscribed_apps',
    { access_token: analyst, subscribed_fields },
    'POST',
  );
  expect(task.body.error.code).toBe(200);
});

test('DELETE /{page}/subscribed_apps also works with an app token and tells the app', async () => {
  const world = await startWorld();
  Object.assign(world.emulator.state.apps[APP_ID] ?? {}, {
    deauthorizeUrl: 'http://app.test/gone',
  });
  const access_token = await pageToken(world, await logIn(world, OLENA), BAKERY);
  const path = `/v26.0/${BAKERY}/subscribed_apps`;
  const none = await world.graph(path, { access_token }, 'DELETE');
  expect(none.body.error.message).toBe(`(#100) App is not installed: ${APP_ID}`);
  await world.graph(path, { access_token, subscribed_fields: 'messages' }, 'POST');
  expect((await world.graph(path, { access_token: APP_TOKEN }, 'DELETE')).body).toEqual({
    success: true,
  });
  await world.emulator.drain();
  const sent = new URLSearchParams(world.received.at(-1)?.body).get('signed_request') ?? '';
  const payload = JSON.parse(Buffer.from(sent.split('.')[1] ?? '', 'base64url').toString());
  expect(payload).toEqual({
    profile_id: BAKERY,
    user_id: '',
    algorithm: 'HMAC-SHA256',
    issued_at: 1_795_350_000,
  });
});
