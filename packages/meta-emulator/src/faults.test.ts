import { expect, test } from 'vitest';
import {
  type Answer,
  APP_ID,
  APP_SECRET,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  dialogUrl,
  logIn,
  OLENA,
  pageToken,
  REDIRECT,
  startWorld,
  subscribe,
} from './test-support/world.ts';

const ids = (answer: { body: Answer }) => answer.body.data.map(({ id }: { id: string }) => id);

async function startConnected() {
  const world = await startWorld();
  const user = await logIn(world, OLENA);
  const page = await pageToken(world, user, BAKERY);
  const me = () => world.graph('/v26.0/me', { access_token: user });
  return { ...world, world, user, page, me, faults: world.emulator.faults };
}

test('fault graph_delay and fault graph_hang wait as long as told', async () => {
  const waited: number[] = [];
  const world = await startWorld({ sleep: async (ms) => void waited.push(ms) });
  const { faults } = world.emulator;
  faults.set('graph_delay');
  faults.set('graph_hang', { path: 'GET /v26.0/me', times: 1 });
  await world.graph(`/${APP_ID}`, { access_token: APP_TOKEN });
  expect(waited).toEqual([300]);
  await expect(world.graph('/v26.0/me')).rejects.toThrow('fetch failed');
  expect(waited).toEqual([300, 300, 30_000]);
  expect((await world.graph('/v26.0/me')).status).toBe(400);
  faults.set('graph_delay', { ms: 70, path: `GET /${APP_ID}` });
  const batch = [`${APP_ID}`, 'me'].map((relative_url) => ({ method: 'GET', relative_url }));
  await world.graph('/', { access_token: APP_TOKEN, batch: JSON.stringify(batch) }, 'POST');
  expect(waited.slice(4)).toEqual([70]);
});

test('fault graph_http_500, fault graph_html and fault graph_cut break whole requests', async () => {
  const { me, faults } = await startConnected();
  faults.set('graph_http_500', { times: 1 });
  expect(await me()).toMatchObject({
    status: 500,
    body: { error: { code: 2, is_transient: true } },
  });
  faults.set('graph_html', { times: 1, status: 200 });
  const html = await me();
  expect(html.status).toBe(200);
  expect(html.text).toContain('<!DOCTYPE html>');
  faults.set('graph_cut', { times: 1 });
  await expect(me()).rejects.toThrow();
  expect((await me()).status).toBe(200);
});

test('fault graph_error answers limits and transient errors for chosen paths', async () => {
  const { me, graph, faults, user } = await startConnected();
  const errors = [];
  for (const code of [4, 17, 32, 613, 80001, 1200]) {
    faults.set('graph_error', { code });
    errors.push((await me()).body.error.code);
  }
  expect(errors).toEqual([4, 17, 32, 613, 80001, 1200]);
  faults.set('graph_error', { code: 2, path: 'GET /*/subscribed_apps' });
  expect((await me()).status).toBe(200);
  const batch = JSON.stringify([
    { method: 'GET', relative_url: 'me' },
    { method: 'GET', relative_url: `${BAKERY}/subscribed_apps` },
  ]);
  const items = await graph('/', { batch, access_token: user }, 'POST');
  expect(items.body.map(({ code }: Answer) => code)).toEqual([200, 500]);
});

test('fault rate_headers tells how much of the limits is used', async () => {
  const { me, faults } = await startConnected();
  faults.set('rate_headers', { percent: 97, minutes: 4 });
  const { headers } = await me();
  expect(JSON.parse(headers.get('x-app-usage') ?? '').call_count).toBe(97);
  const cases = Object.values(JSON.parse(headers.get('x-business-use-case-usage') ?? ''));
  expect(cases[0]).toContainEqual(
    expect.objectContaining({ type: 'messenger', estimated_time_to_regain_access: 4 }),
  );
});

test('fault batch_null and fault page_unreadable leave single Pages out', async () => {
  const { graph, faults, user } = await startConnected();
  const batch = JSON.stringify(
    [BAKERY, BOOKS].map((id) => ({ method: 'GET', relative_url: `${id}?fields=access_token` })),
  );
  const read = async () => (await graph('/', { batch, access_token: user }, 'POST')).body;
  faults.set('batch_null', { path: BOOKS, times: 1 });
  expect((await read())[1]).toBeNull();
  const second = async (as: string) => {
    faults.set('page_unreadable', { pages: [BOOKS], as });
    const [first, item] = await read();
    expect(first.code).toBe(200);
    return item && [item.code, JSON.parse(item.body)];
  };
  expect((await second('error'))[1].error.error_subcode).toBe(33);
  expect(await second('null')).toBeNull();
  expect((await second('500'))[0]).toBe(500);
  expect((await second('492'))[1].error.error_subcode).toBe(492);
  expect((await second('415'))[1].error.code).toBe(415);
  expect((await second('no_token'))[1]).toEqual({ id: BOOKS });
});

test('fault code_exchange, fault long_exchange and fault short_tokens break the login', async () => {
  const { world, faults, user } = await startConnected();
  const client = { client_id: APP_ID, client_secret: APP_SECRET };
  const { redirect } = world.emulator.authorize({ url: dialogUrl(world.url), person: OLENA });
  const code = new URL(redirect).searchParams.get('code') ?? '';
  const exchange = () =>
    world.graph('/oauth/access_token', { ...client, redirect_uri: REDIRECT, code });
  faults.set('code_exchange', { times: 1 });
  expect((await exchange()).body.error.code).toBe(2);
  faults.set('short_tokens', { seconds: 60 });
  expect((await exchange()).body.expires_in).toBe(60);
  faults.set('long_exchange');
  const long = { ...client, grant_type: 'fb_exchange_token', fb_exchange_token: user };
  expect(await world.graph('/oauth/access_token', long)).toMatchObject({ status: 500 });
});

test('fault handshake_fails refuses a callback that is right', async () => {
  const { world, faults, graph, page } = await startConnected();
  faults.set('handshake_fails', { times: 1 });
  await subscribe(world, page);
  const { body } = await graph(`/${APP_ID}/subscriptions`, { access_token: APP_TOKEN });
  expect(body.data).toEqual([]);
});

test('fault token_death kills the tokens of a person or of a Page', async () => {
  const { me, graph, faults, page } = await startConnected();
  const ask = async () => {
    const both = [await me(), await graph('/me', { access_token: page })];
    return both.map(({ body }) => body.error?.error_subcode);
  };
  for (const subcode of [458, 459, 460, 463, 464, 467, 490, 492]) {
    faults.set('token_death', { subcode });
    expect(await ask()).toEqual([subcode, subcode]);
  }
  faults.set('token_death', { subcode: 460, page: BAKERY });
  expect(await ask()).toEqual([undefined, 460]);
  faults.set('token_death', { subcode: 460, person: 'marcus@example.test' });
  expect(await ask()).toEqual([undefined, undefined]);
});

test('fault unticked_answer chooses how the token of an un-ticked Page fails', async () => {
  const { world, graph, faults, page } = await startConnected();
  await logIn(world, OLENA, { pages: [BOOKS] });
  const answer = async (as: string) => {
    faults.set('unticked_answer', { as });
    const { code, error_subcode } = (await graph('/me', { access_token: page })).body.error;
    return [code, error_subcode];
  };
  expect(await answer('190')).toEqual([190, undefined]);
  expect(await answer('200')).toEqual([200, undefined]);
  expect(await answer('10')).toEqual([10, undefined]);
  expect(await answer('492')).toEqual([190, 492]);
});

test('fault accounts_omit, fault accounts_short and fault accounts_next_fails spoil the list of Pages', async () => {
  const { world, graph, faults, user } = await startConnected();
  const list = (params: Record<string, string> = {}) =>
    graph('/me/accounts', { access_token: user, ...params });
  faults.set('accounts_omit', { pages: [BAKERY] });
  expect(ids(await list())).not.toContain(BAKERY);
  faults.clear();
  faults.set('accounts_short');
  const seen: string[] = [];
  const sizes: number[] = [];
  let next = '/me/accounts?limit=3';
  while (next !== '') {
    const answer = await graph(`${next}&access_token=${user}`);
    seen.push(...ids(answer));
    sizes.push(answer.body.data.length);
    next = (answer.body.paging.next ?? '')
      .replace(world.url, '')
      .replace(/&access_token=[^&]+/, '');
  }
  expect(seen).toHaveLength(5);
  expect(sizes).toContain(0);
  faults.clear();
  const first = await list({ limit: '2' });
  const { after } = first.body.paging.cursors;
  faults.set('accounts_next_fails');
  expect((await list({ limit: '2', after })).status).toBe(500);
  faults.set('accounts_next_fails', { as: 'cut' });
  await expect(list({ limit: '2', after })).rejects.toThrow();
});

test('fault subscribed_apps_refused and fault unsubscribe_refused refuse what the app wants', async () => {
  const { graph, faults, page } = await startConnected();
  const post = (subscribed_fields: string) =>
    graph('/me/subscribed_apps', { access_token: page, subscribed_fields }, 'POST');
  faults.set('subscribed_apps_refused', { code: 200, fields: ['message_edits', 'standby'] });
  const refused = await post('messages,message_edits,standby');
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 200 } } });
  expect(refused.body.error.message.match(/To subscribe to the/g)).toHaveLength(2);
  expect((await post('messages')).status).toBe(200);
  faults.set('subscribed_apps_refused', { code: 100, fields: ['message_edits'] });
  expect((await post('messages,message_edits')).body.error.message).toContain(
    'subscribed_fields[1]',
  );
  faults.set('unsubscribe_refused');
  const kept = await graph('/me/subscribed_apps', { access_token: page }, 'DELETE');
  expect(kept.body.error.code).toBe(200);
});

test('fault profile_missing and fault send_lost spoil a conversation', async () => {
  const { emulator, graph, faults, page } = await startConnected();
  const { psid } = emulator.customers.act({ pageId: BAKERY, customerId: 'c1', kind: 'text' });
  faults.set('profile_missing');
  expect((await graph(`/${psid}`, { access_token: page })).body.error.error_subcode).toBe(
    2_018_218,
  );
  faults.set('profile_missing', { as: 'empty' });
  expect((await graph(`/${psid}`, { access_token: page })).body).toEqual({});
  faults.set('send_lost', { times: 1 });
  const message = { recipient: JSON.stringify({ id: psid }), message: '{"text":"Hello"}' };
  await expect(graph('/me/messages', { ...message, access_token: page }, 'POST')).rejects.toThrow();
  expect(emulator.state.threads[psid]?.messages.at(-1)?.text).toBe('Hello');
});
