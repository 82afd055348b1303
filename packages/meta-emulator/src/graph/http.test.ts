import { request } from 'node:http';
import { expect, test } from 'vitest';
import { appSecretProof } from '../signing.ts';
import {
  type Answer,
  APP_ID,
  APP_SECRET,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  logIn,
  OLENA,
  pageToken,
  startWorld,
} from '../test-support/world.ts';

test('POST / runs a batch in order, each item with its own token', async () => {
  const world = await startWorld();
  const token = await logIn(world, OLENA, { pages: [BAKERY, BOOKS] });
  const books = await pageToken(world, token, BOOKS);
  const batch = [
    { method: 'GET', relative_url: `v26.0/${BAKERY}?fields=name` },
    { method: 'GET', relative_url: `me?fields=name&access_token=${books}` },
    {
      method: 'POST',
      relative_url: `${BOOKS}/subscribed_apps`,
      body: `subscribed_fields=messages&access_token=${books}`,
    },
    { method: 'GET', relative_url: 'nonsense/path' },
  ];
  world.emulator.resetUsage();
  const params = { batch: JSON.stringify(batch), access_token: token };
  const { body, status } = await world.graph('/', params, 'POST');
  expect(status).toBe(200);
  expect(body.map((item: Answer) => item.code)).toEqual([200, 200, 200, 400]);
  expect(JSON.parse(body[0].body).name).toBe('Riverside Bakery');
  expect(JSON.parse(body[1].body).name).toBe('Blue Door Books');
  expect(body[0].headers).toContainEqual({ name: 'Content-Type', value: expect.any(String) });
  expect(JSON.parse(body[3].body).error.message).toBe('Unknown path components: /nonsense/path');
  expect(world.emulator.usage()).toEqual({
    requests: 1,
    countedCalls: 4,
    byTokenKind: { none: 0, app: 0, user: 2, page: 2 },
  });
  const plain = await world.graph('/v26.0', { ...params, include_headers: 'false' }, 'POST');
  expect(plain.body[0]).not.toHaveProperty('headers');
  const node = await world.graph('/me', params, 'POST');
  expect(node.body).toHaveLength(4);
});

test('a batch needs a token at the top, a list, and at most 50 items', async () => {
  const { graph } = await startWorld();
  const item = { method: 'GET', relative_url: 'me' };
  const run = async (items: unknown, extra: Record<string, string> = { access_token: APP_TOKEN }) =>
    (await graph('/v26.0/', { batch: JSON.stringify(items), ...extra }, 'POST')).body;
  expect((await run([item], {})).error.code).toBe(104);
  expect((await run('x')).error.code).toBe(100);
  expect((await run(Array.from({ length: 51 }, () => item))).error.type).toBe(
    'GraphBatchException',
  );
  expect(await run(Array.from({ length: 50 }, () => item))).toHaveLength(50);
});

test('batch items refer to each other by name', async () => {
  const world = await startWorld();
  const token = await logIn(world, OLENA, { pages: [BAKERY, BOOKS] });
  const batch = [
    { method: 'GET', name: 'list', relative_url: 'me/accounts?fields=id' },
    { method: 'GET', relative_url: '?ids={result=list:$.data.*.id}&fields=name' },
  ];
  const params = { batch: JSON.stringify(batch), access_token: token };
  const { body } = await world.graph('/', params, 'POST');
  expect(body[0]).toBeNull();
  expect(Object.keys(JSON.parse(body[1].body))).toEqual([BAKERY, BOOKS]);
});

test('batches, parameters and tokens come as JSON, form, multipart or header', async () => {
  const world = await startWorld();
  const { url } = world;
  const token = await logIn(world, OLENA);
  const ask = async (path: string, init: RequestInit): Promise<Answer> =>
    (await fetch(`${url}${path}`, init)).json();
  const batch = [{ method: 'GET', relative_url: 'me' }];
  const json = { 'content-type': 'application/json' };
  const asJson = await ask('/v26.0/', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ batch, access_token: token, id: 'ignored' }),
  });
  expect(asJson[0].code).toBe(200);
  const form = new FormData();
  form.set('batch', "[{'method':'GET',relative_url:'me'}]");
  form.set('access_token', token);
  expect((await ask('/', { method: 'POST', body: form }))[0].code).toBe(200);
  const bearer = await ask('/v26.0/me', { headers: { authorization: `Bearer ${token}` } });
  expect(bearer.name).toBe('Olena Kovalenko');
  const root = await ask(`/?ids=${BAKERY}`, { headers: { authorization: `Bearer ${token}` } });
  expect(root[BAKERY].name).toBe('Riverside Bakery');
  const broken = await ask('/me', { method: 'POST', headers: json, body: '{"a":' });
  expect(broken.error.code).toBe(100);
});

test('every version routes, expired ones run as the oldest usable, and the header says so', async () => {
  const { graph } = await startWorld();
  const used = async (prefix: string) => {
    const answer = await graph(`${prefix}/${APP_ID}`, { access_token: APP_TOKEN });
    return [answer.status, answer.headers.get('facebook-api-version')];
  };
  expect(await used('')).toEqual([200, 'v26.0']);
  expect(await used('/v26.0')).toEqual([200, 'v26.0']);
  expect(await used('/v22.0')).toEqual([200, 'v22.0']);
  expect(await used('/v20.0')).toEqual([200, 'v21.0']);
  expect(await used('/v3.2')).toEqual([200, 'v21.0']);
  const unknown = await graph(`/v99.0/${APP_ID}`, { access_token: APP_TOKEN });
  expect(unknown.body.error).toMatchObject({
    code: 2500,
    message: 'Unknown path components: /v99.0',
  });
});

test('every answer has Meta\u2019s headers, every error its shape', async () => {
  const { graph } = await startWorld();
  const { headers, body, status } = await graph('/v26.0/me', { access_token: 'rubbish' });
  expect(status).toBe(400);
  expect(body.error).toEqual({
    message: 'Malformed access token',
    type: 'OAuthException',
    code: 190,
    fbtrace_id: expect.stringMatching(/^A/),
  });
  expect(headers.get('www-authenticate')).toBe(
    'OAuth "Facebook Platform" "invalid_token" "Malformed access token"',
  );
  for (const name of [
    'facebook-api-version',
    'x-fb-trace-id',
    'x-fb-rev',
    'x-fb-request-id',
    'etag',
  ]) {
    expect(headers.get(name), name).not.toBeNull();
  }
  expect(headers.get('expires')).toBe('Sat, 01 Jan 2000 00:00:00 GMT');
});

test('proofs are checked when sent, with or without time, and required when the app says so', async () => {
  const world = await startWorld();
  const { graph, clock, emulator } = world;
  const token = await logIn(world, OLENA);
  const me = async (params: Record<string, string>) =>
    (await graph('/v26.0/me', { access_token: token, ...params })).body.error?.message;
  const proof = appSecretProof(APP_SECRET, token);
  expect(await me({ appsecret_proof: proof })).toBeUndefined();
  expect(await me({ appsecret_proof: `${proof}0` })).toBe(
    'Invalid appsecret_proof provided in the API argument',
  );
  const time = String(clock.at / 1000);
  const timed = { appsecret_proof: appSecretProof(APP_SECRET, token, time), appsecret_time: time };
  expect(await me(timed)).toBeUndefined();
  clock.at += 301_000;
  expect(await me(timed)).toContain('Invalid appsecret_proof');
  Object.assign(emulator.state.apps[APP_ID] ?? {}, { requireProof: true });
  expect(await me({})).toBe('API calls from the server require an appsecret_proof argument');
  const page = await graph(`/${BAKERY}`, {
    access_token: token,
    fields: 'access_token',
    appsecret_proof: proof,
  });
  const batch = [
    { method: 'GET', relative_url: 'me' },
    { method: 'GET', relative_url: `me?access_token=${page.body.access_token}` },
    {
      method: 'GET',
      relative_url: `me?access_token=${page.body.access_token}&appsecret_proof=${appSecretProof(APP_SECRET, page.body.access_token)}`,
    },
  ];
  const params = { batch: JSON.stringify(batch), access_token: token, appsecret_proof: proof };
  const items = (await graph('/', params, 'POST')).body;
  expect(items.map((item: Answer) => item.code)).toEqual([200, 400, 200]);
});

test('a GET with a JSON body and a DELETE without one are tolerated', async () => {
  const { url } = await startWorld();
  const send = (method: string, body: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const target = `${url}/v26.0/${APP_ID}/subscriptions?access_token=${encodeURIComponent(APP_TOKEN)}`;
      request(target, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
  expect(await send('GET', '{}')).toBe(200);
  expect(await send('DELETE', '')).toBe(200);
});

test('a body that cannot be read is answered in the shape of a Graph error', async () => {
  const { url } = await startWorld();
  const headers = { 'content-type': 'multipart/form-data' };
  const answer = await fetch(`${url}/v26.0/me`, { method: 'POST', headers, body: 'x' });
  expect(await answer.json()).toMatchObject({ error: { type: 'OAuthException', code: 1 } });
});
