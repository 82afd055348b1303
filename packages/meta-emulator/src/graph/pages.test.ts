import { expect, test } from 'vitest';
import { largePerson, largeSeed } from '../index.ts';
import {
  APP_ID,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  logIn,
  MARCUS,
  OLENA,
  pageToken,
  startWorld,
} from '../test-support/world.ts';

test('GET /{page} gives a token per person, the same every time, and public fields', async () => {
  const world = await startWorld();
  const olena = await logIn(world, OLENA);
  const first = await pageToken(world, olena, BAKERY);
  expect(await pageToken(world, await logIn(world, OLENA), BAKERY)).toBe(first);
  expect(await pageToken(world, await logIn(world, MARCUS), BAKERY)).not.toBe(first);
  const { body } = await world.graph(`/v26.0/${BAKERY}`, {
    fields: 'name,link,category,picture.width(80){url,width},is_published,business,username',
    access_token: olena,
  });
  expect(body).toEqual({
    name: 'Riverside Bakery',
    link: `${world.url}/pages/${BAKERY}`,
    category: 'Bakery',
    picture: { data: { url: expect.stringContaining('size=80'), width: 80 } },
    is_published: true,
    username: 'riverside.bakery',
    id: BAKERY,
  });
  const tasks = await world.graph(`/${BAKERY}`, { fields: 'tasks', access_token: olena });
  expect(tasks.body.error.code).toBe(100);
  const none = await world.graph(`/${BAKERY}`);
  expect(none.body.error.code).toBe(104);
});

test('a Page that wants a second factor its person lacks cannot be read', async () => {
  const world = await startWorld({ seed: largeSeed(3, { unreadable: [1] }) });
  const token = await logIn(world, largePerson().email);
  const read = await world.graph('/1090000000000002', {
    access_token: token,
    fields: 'access_token',
  });
  expect(read.body.error).toMatchObject({ code: 190, error_subcode: 492 });
});

test('GET /{page}/picture redirects to a real picture or names it', async () => {
  const world = await startWorld();
  const token = await logIn(world, OLENA);
  const picture = await world.graph(`/${BAKERY}/picture`, { access_token: token });
  expect(picture.headers.get('content-type')).toBe('image/png');
  const named = await world.graph(`/${BAKERY}/picture`, { access_token: token, redirect: 'false' });
  expect(named.body.data.url).toContain(`/files/picture/${BAKERY}.png`);
});

test('GET /{app} tells its name to its own tokens', async () => {
  const { graph } = await startWorld();
  const own = await graph(`/v26.0/${APP_ID}`, { access_token: APP_TOKEN, fields: 'id,name' });
  expect(own.body).toEqual({ id: APP_ID, name: 'Demo contact centre' });
  const wrong = await graph(`/v26.0/${APP_ID}`, { access_token: `${APP_ID}|wrong` });
  expect(wrong.body.error).toMatchObject({
    code: 190,
    message: 'Invalid OAuth access token signature.',
  });
});

test('GET /?ids= reads several nodes and fails as a whole', async () => {
  const world = await startWorld();
  const token = await logIn(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.resetUsage();
  const params = { ids: `${BAKERY},${BOOKS}`, fields: 'name', access_token: token };
  const both = await world.graph('/', params);
  expect(both.body).toEqual({
    [BAKERY]: { name: 'Riverside Bakery', id: BAKERY },
    [BOOKS]: { name: 'Blue Door Books', id: BOOKS },
  });
  expect((await world.graph('/v26.0/', params)).body).toEqual(both.body);
  expect(world.emulator.usage()).toEqual({
    requests: 2,
    countedCalls: 4,
    byTokenKind: { none: 0, app: 0, user: 4, page: 0 },
  });
  const bad = await world.graph('/v26.0/', { ...params, ids: `${BAKERY},999` });
  expect(bad.body.error.error_subcode).toBe(33);
});
