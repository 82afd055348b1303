import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBrowser } from './test-support/browser.ts';
import {
  APP_ID,
  APP_SECRET,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  CALLBACK,
  DENTAL,
  dialogUrl,
  OLENA,
  REDIRECT,
  startWorld,
} from './test-support/world.ts';

test('the whole mission: windows, code exchange, tokens, Pages, subscription, a signed message', async () => {
  const world = await startWorld();
  const { url, graph, emulator } = world;
  const browser = createBrowser(url);

  const login = await browser.open(dialogUrl(url));
  expect(login.html).toContain('Meta emulator');
  const wrong = await browser.press(login, 'Log in', [
    ['email', OLENA],
    ['password', 'wrong'],
  ]);
  expect(wrong.html).toContain('the password is wrong');
  const welcome = await browser.press(wrong, 'Log in', [
    ['email', OLENA],
    ['password', 'olena-demo'],
  ]);
  const pages = await browser.press(welcome, 'Continue as Olena Kovalenko');
  expect(pages.html).toContain('Opt in to all current and future Pages');
  const permissions = await browser.press(pages, 'Next', [
    ['which', 'current'],
    ['page', BAKERY],
    ['page', DENTAL],
  ]);
  const scopes = ['pages_show_list', 'pages_messaging', 'pages_manage_metadata'];
  const linked = await browser.press(
    permissions,
    'Done',
    scopes.map((scope) => ['scope', scope]),
  );
  expect(linked.html).toContain('Demo contact centre has been linked');
  const back = new URL((await browser.press(linked, 'OK')).url);
  expect(back.searchParams.get('state')).toBe('st&te');

  const client = { client_id: APP_ID, client_secret: APP_SECRET };
  const code = back.searchParams.get('code') ?? '';
  const short = await graph('/v26.0/oauth/access_token', {
    ...client,
    redirect_uri: REDIRECT,
    code,
  });
  expect(short.body).toMatchObject({ token_type: 'bearer', expires_in: 5400 });
  const long = await graph('/v26.0/oauth/access_token', {
    ...client,
    grant_type: 'fb_exchange_token',
    fb_exchange_token: short.body.access_token,
  });
  expect(long.body.expires_in).toBe(5_183_944);
  const user = long.body.access_token;

  const me = await graph('/v26.0/me', { access_token: user, fields: 'id,name,picture{url}' });
  expect(me.body).toMatchObject({
    name: 'Olena Kovalenko',
    picture: { data: { url: expect.any(String) } },
  });
  const debug = await graph('/v26.0/debug_token', { input_token: user, access_token: APP_TOKEN });
  expect(debug.body.data).toMatchObject({ is_valid: true, type: 'USER', user_id: me.body.id });
  expect(debug.body.data.granular_scopes).toContainEqual({
    scope: 'pages_messaging',
    target_ids: [BAKERY, DENTAL],
  });
  // The Page of the portfolio is granted, readable by id, and missing from the list.
  const accounts = await graph('/v26.0/me/accounts', { access_token: user });
  expect(accounts.body.data.map(({ id }: { id: string }) => id)).toEqual([BAKERY]);
  const batch = JSON.stringify(
    [BAKERY, DENTAL, BOOKS].map((id) => ({
      method: 'GET',
      relative_url: `${id}?fields=id,name,access_token`,
    })),
  );
  const items = await graph(
    '/v26.0/',
    { batch, access_token: user, include_headers: 'false' },
    'POST',
  );
  expect(items.body.map(({ code }: { code: number }) => code)).toEqual([200, 200, 400]);
  const bakeryToken = JSON.parse(items.body[0].body).access_token;

  const registered = await graph(
    `/v26.0/${APP_ID}/subscriptions`,
    {
      object: 'page',
      callback_url: CALLBACK,
      verify_token: 'verify-me',
      fields: 'messages, messaging_postbacks',
      access_token: APP_TOKEN,
    },
    'POST',
  );
  expect(registered.body).toEqual({ success: true });
  const subscribed = {
    subscribed_fields: 'messages,messaging_postbacks',
    access_token: bakeryToken,
  };
  expect((await graph(`/v26.0/${BAKERY}/subscribed_apps`, subscribed, 'POST')).body).toEqual({
    success: true,
  });

  const text = 'Olá a@b.c /x ❤️';
  const { psid, mid } = emulator.customers.act({
    pageId: BAKERY,
    customerId: 'c1',
    kind: 'text',
    text,
  });
  await emulator.drain();
  expect(world.received).toHaveLength(1);
  const [post] = world.received;
  expect(post?.body).toContain('Ol\\u00e1 a\\u0040b.c \\/x \\u2764\\ufe0f');
  const hex = createHmac('sha256', APP_SECRET)
    .update(post?.body ?? '')
    .digest('hex');
  expect(post?.headers.get('x-hub-signature-256')).toBe(`sha256=${hex}`);
  expect(post?.headers.get('x-hub-signature')).toMatch(/^sha1=[0-9a-f]{40}$/);
  expect(post?.elements[0]).toMatchObject({
    sender: { id: psid },
    recipient: { id: BAKERY },
    message: { mid, text },
  });
  const profile = await graph(`/v26.0/${psid}`, { fields: 'name', access_token: bakeryToken });
  expect(profile.body).toEqual({ name: 'Ann Brown', id: psid });
  expect(emulator.state.tallies[`${BAKERY}:${psid}`]).toMatchObject({ sent: 1, acknowledged: 1 });
});
