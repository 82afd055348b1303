import { expect, test } from 'vitest';
import { largePerson, largeSeed } from '../index.ts';
import {
  AISHA,
  type Answer,
  APP_ID,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  DENTAL,
  logIn,
  OLENA,
  pageToken,
  SCOPES,
  startWorld,
} from '../test-support/world.ts';

const ids = (answer: { body: Answer }) => answer.body.data.map(({ id }: { id: string }) => id);

test('GET /{user} is the person; /me goes by the kind of token', async () => {
  const world = await startWorld();
  const user = await logIn(world, OLENA);
  const page = await pageToken(world, user, BAKERY);
  const me = async (access_token: string) =>
    (await world.graph('/v26.0/me', { access_token })).body;
  expect(await me(user)).toEqual({ id: '1220000000000501', name: 'Olena Kovalenko' });
  expect(await me(page)).toEqual({ id: BAKERY, name: 'Riverside Bakery' });
  expect((await me(APP_TOKEN)).id).toBe(APP_ID);
  expect((await world.graph('/v26.0/me')).body.error.code).toBe(2500);
  const nested = await world.graph('/v26.0/me', {
    fields: 'name,accounts.limit(1){name,picture{url}},first_name.as(given)',
    access_token: user,
  });
  expect(nested.body).toMatchObject({ given: 'Olena', id: '1220000000000501' });
  expect(nested.body.accounts.data).toEqual([
    { name: 'Riverside Bakery', picture: { data: { url: expect.any(String) } }, id: BAKERY },
  ]);
  const stranger = await world.graph('/1220000000000502', { access_token: user });
  expect(stranger.body.error).toMatchObject({ code: 100, error_subcode: 33 });
});

test('GET /{user}/accounts pages by cursors until there is no next', async () => {
  const world = await startWorld({ seed: largeSeed(230, { viaBusiness: [3] }) });
  const user = await logIn(world, largePerson().email);
  const first = await world.graph('/v26.0/me/accounts', { access_token: user });
  expect(first.body.data).toHaveLength(25);
  expect(Object.keys(first.body.data[0])).toEqual([
    'access_token',
    'category',
    'category_list',
    'name',
    'id',
    'tasks',
  ]);
  const seen: string[] = [];
  let next = '/v26.0/me/accounts?limit=500&fields=id,tasks';
  let requests = 0;
  while (next !== '') {
    const answer = await world.graph(`${next}&access_token=${user}`);
    seen.push(...ids(answer));
    const link = answer.body.paging.next ?? '';
    next = link === '' ? '' : link.replace(world.url, '').replace(/&access_token=[^&]+/, '');
    requests += 1;
  }
  // 100 is the most a result page holds; the Page of the portfolio is left out.
  expect(requests).toBe(3);
  expect(new Set(seen).size).toBe(229);
  const wrong = await world.graph('/v26.0/me/accounts', { access_token: user, after: 'x' });
  expect(wrong.body.error.message).toContain('Invalid cursors');
  const unknown = await world.graph('/v26.0/me/accounts', {
    access_token: user,
    fields: 'id,nonsense',
  });
  expect(unknown.body.error.message).toBe(
    '(#100) Tried accessing nonexisting field (nonsense) on node type (Page)',
  );
});

test('a Page held by a portfolio is listed only with business_management', async () => {
  const world = await startWorld();
  const without = await logIn(world, OLENA);
  const list = async (access_token: string) =>
    ids(await world.graph('/v26.0/me/accounts', { access_token }));
  expect(await list(without)).not.toContain(DENTAL);
  expect((await world.graph(`/${DENTAL}`, { access_token: without })).body.name).toBe(
    'Harbour Dental',
  );
  const extra = { scope: `${SCOPES},business_management` };
  expect(await list(await logIn(world, OLENA, { extra }))).toContain(DENTAL);
});

test('un-ticking a Page takes it from the list and kills its old token', async () => {
  const world = await startWorld();
  const before = await logIn(world, OLENA, { pages: [BAKERY, BOOKS] });
  const token = await pageToken(world, before, BOOKS);
  const after = await logIn(world, OLENA, { pages: [BAKERY] });
  expect(ids(await world.graph('/v26.0/me/accounts', { access_token: after }))).toEqual([BAKERY]);
  expect((await world.graph('/v26.0/me', { access_token: token })).body.error.code).toBe(190);
  const read = await world.graph(`/${BOOKS}`, { access_token: after });
  expect(read.body.error).toMatchObject({
    code: 100,
    error_subcode: 33,
    type: 'GraphMethodException',
  });
});

test('GET /{user}/permissions, DELETE /{user}/permissions/{permission} and DELETE /{user}/permissions end consent', async () => {
  const world = await startWorld();
  Object.assign(world.emulator.state.apps[APP_ID] ?? {}, {
    deauthorizeUrl: 'http://app.test/gone',
  });
  const token = await logIn(world, OLENA, { decline: ['pages_messaging'] });
  const list = await world.graph('/v26.0/me/permissions', { access_token: token });
  expect(list.body.data).toContainEqual({ permission: 'pages_messaging', status: 'declined' });
  expect(list.body.data).toContainEqual({ permission: 'public_profile', status: 'granted' });
  const one = await world.graph(
    '/me/permissions/pages_show_list',
    { access_token: token },
    'DELETE',
  );
  expect(one.body).toEqual({ success: true });
  expect(ids(await world.graph('/me/accounts', { access_token: token }))).toEqual([]);
  await world.graph('/me/permissions', { access_token: token }, 'DELETE');
  await world.emulator.drain();
  expect(world.received.at(-1)?.body).toMatch(/^signed_request=/);
  const gone = await world.graph('/me', { access_token: token });
  expect(gone.body.error).toMatchObject({ code: 190, error_subcode: 458 });
  const again = await logIn(world, OLENA);
  expect((await world.graph('/me', { access_token: again })).status).toBe(200);
  expect((await world.graph('/me', { access_token: token })).body.error.error_subcode).toBe(458);
});

test('GET /{user}/businesses, GET /{business}/owned_pages and GET /{business}/client_pages need business_management', async () => {
  const world = await startWorld();
  const poor = await logIn(world, OLENA);
  expect((await world.graph('/me/businesses', { access_token: poor })).body.error.code).toBe(100);
  const token = await logIn(world, OLENA, { extra: { scope: `${SCOPES},business_management` } });
  const businesses = await world.graph('/me/businesses', { access_token: token });
  expect(businesses.body.data).toEqual([{ id: '3300000000000901', name: 'Harbour Group' }]);
  const owned = await world.graph('/3300000000000901/owned_pages', {
    access_token: token,
    fields: 'id',
  });
  expect(ids(owned)).toEqual([DENTAL]);
  const clients = await world.graph('/3300000000000901/client_pages', { access_token: token });
  expect(clients.body.data).toEqual([]);
  const stranger = await logIn(world, AISHA, { extra: { scope: `${SCOPES},business_management` } });
  const refused = await world.graph('/3300000000000901/owned_pages', { access_token: stranger });
  expect(refused.body.error.error_subcode).toBe(33);
});

test('a new password, a lost role and a second factor kill tokens as Meta words it', async () => {
  const world = await startWorld();
  const token = await logIn(world, OLENA);
  const page = await pageToken(world, token, BAKERY);
  const subcode = async (access_token: string) =>
    (await world.graph('/me', { access_token })).body.error?.error_subcode;
  world.emulator.people.removeFromPage(OLENA, BAKERY);
  expect(await subcode(page)).toBe(492);
  world.emulator.people.changePassword(OLENA);
  expect(await subcode(token)).toBe(460);
});
