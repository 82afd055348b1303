import { expect, test } from 'vitest';
import {
  APP_ID,
  APP_SECRET,
  APP_TOKEN,
  BAKERY,
  dialogUrl,
  logIn,
  OLENA,
  pageToken,
  REDIRECT,
  startWorld,
  type World,
} from '../test-support/world.ts';

const CLIENT = { client_id: APP_ID, client_secret: APP_SECRET };
const EXCHANGE = '/v26.0/oauth/access_token';

function newCode({ emulator, url }: World): string {
  const { redirect } = emulator.authorize({ url: dialogUrl(url), person: OLENA });
  return new URL(redirect).searchParams.get('code') ?? '';
}

test('GET /oauth/access_token takes a code once, in time, with the same redirect_uri', async () => {
  const world = await startWorld();
  const { graph, clock } = world;
  const code = newCode(world);
  const other = await graph(EXCHANGE, { ...CLIENT, code, redirect_uri: `${REDIRECT}/` });
  expect(other).toMatchObject({
    status: 400,
    body: { error: { code: 100, error_subcode: 36008 } },
  });
  expect(other.headers.get('www-authenticate')).toMatch(
    /^OAuth "Facebook Platform" "invalid_code"/,
  );
  const first = await graph(EXCHANGE, { ...CLIENT, code, redirect_uri: REDIRECT });
  expect(first.body.access_token).toMatch(/^EAA/);
  const again = await graph(EXCHANGE, { ...CLIENT, code, redirect_uri: REDIRECT });
  expect(again.body.error.error_subcode).toBe(36009);
  const late = newCode(world);
  clock.at += 600_001;
  const expired = await graph(EXCHANGE, { ...CLIENT, code: late, redirect_uri: REDIRECT });
  expect(expired.body.error.error_subcode).toBe(36007);
});

test('POST /oauth/access_token takes the same as a form, and refuses a wrong client', async () => {
  const world = await startWorld();
  const form = { ...CLIENT, grant_type: 'authorization_code', redirect_uri: REDIRECT };
  const good = await world.graph(EXCHANGE, { ...form, code: newCode(world) }, 'POST');
  expect(good.body).toMatchObject({ token_type: 'bearer', expires_in: 5400 });
  const wrong = await world.graph(EXCHANGE, { ...form, client_secret: 'x', code: 'c' }, 'POST');
  expect(wrong.body.error).toMatchObject({ code: 1, message: 'Error validating client secret.' });
  const nobody = await world.graph(EXCHANGE, { ...form, client_id: '1', code: 'c' }, 'POST');
  expect(nobody.body.error.code).toBe(101);
});

test('an app token from client_credentials works until the secret changes', async () => {
  const { graph, emulator } = await startWorld();
  const { body } = await graph(EXCHANGE, { ...CLIENT, grant_type: 'client_credentials' });
  expect(body).not.toHaveProperty('expires_in');
  const ask = () => graph(`/v26.0/${APP_ID}`, { access_token: body.access_token });
  expect((await ask()).body.name).toBe('Demo contact centre');
  Object.assign(emulator.state.apps[APP_ID] ?? {}, { secret: 'another' });
  expect((await ask()).body.error.code).toBe(190);
});

test('GET /debug_token tells all Pages from listed ones and declined permissions', async () => {
  const world = await startWorld();
  const ask = async (token: string, access = APP_TOKEN) =>
    (await world.graph('/v26.0/debug_token', { input_token: token, access_token: access })).body;
  const all = await ask(await logIn(world, OLENA, { pages: 'all', decline: ['pages_messaging'] }));
  expect(all.data.scopes).toEqual(['public_profile', 'pages_show_list', 'pages_manage_metadata']);
  expect(all.data.granular_scopes).toEqual([
    { scope: 'pages_show_list' },
    { scope: 'pages_manage_metadata' },
  ]);
  const user = await logIn(world, OLENA, { pages: [BAKERY] });
  const page = await ask(await pageToken(world, user, BAKERY));
  expect(page.data).toMatchObject({ type: 'PAGE', profile_id: BAKERY, expires_at: 0 });
  expect(page.data.granular_scopes[0]).toEqual({ scope: 'pages_show_list', target_ids: [BAKERY] });
  expect((await ask('EAAunknown')).data).toMatchObject({ is_valid: false, error: { code: 190 } });
  expect((await ask(user, user)).error.message).toContain('You must provide an app access token');
  world.emulator.people.removeApp(OLENA, APP_ID);
  expect((await ask(user)).data).toMatchObject({
    is_valid: false,
    error: { subcode: 458 },
    scopes: [],
  });
});

test('a short-lived user token gives short-lived Page tokens and cannot be exchanged once expired', async () => {
  const world = await startWorld();
  const code = newCode(world);
  const short = (await world.graph(EXCHANGE, { ...CLIENT, code, redirect_uri: REDIRECT })).body;
  const page = await pageToken(world, short.access_token, BAKERY);
  world.clock.at += 2 * 3_600_000;
  const dead = await world.graph('/v26.0/me', { access_token: page });
  expect(dead).toMatchObject({ status: 400, body: { error: { code: 190, error_subcode: 463 } } });
  const long = { grant_type: 'fb_exchange_token', fb_exchange_token: short.access_token };
  expect((await world.graph(EXCHANGE, { ...CLIENT, ...long })).body.error.error_subcode).toBe(463);
});

test('a configuration for system users gives a token that never expires', async () => {
  const world = await startWorld();
  const url = dialogUrl(world.url, { config_id: '770011223344002' });
  const { redirect } = world.emulator.authorize({ url, person: OLENA });
  const code = new URL(redirect).searchParams.get('code') ?? '';
  const { body } = await world.graph(EXCHANGE, { ...CLIENT, code, redirect_uri: REDIRECT });
  expect(body).not.toHaveProperty('expires_in');
  const debug = { input_token: body.access_token, access_token: APP_TOKEN };
  const { data } = (await world.graph('/debug_token', debug)).body;
  expect(data).toMatchObject({ type: 'SYSTEM_USER', expires_at: 0 });
});
