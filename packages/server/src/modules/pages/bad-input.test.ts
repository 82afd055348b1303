import { expect, test } from 'vitest';
import { connect } from './test-support/log-in.ts';
import {
  BAKERY,
  fieldsAtMeta,
  MARCUS,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from './test-support/world.ts';

prepareWorlds();

const on = { changes: [{ pageId: BAKERY, receiving: true }] };
const pageOf = async (world: World, pageId = BAKERY) =>
  (await world.list()).items.find(({ id }) => id === pageId);
const accountsOf = async (world: World) =>
  (await world.api('GET', `/pages/${BAKERY}/accounts`)).body.items;
async function refresh(world: World): Promise<void> {
  await world.api('POST', '/pages/refresh', {});
  await world.drain();
}

const names = [
  ['emoji made of several characters', '👩‍👩‍👧‍👦 Family Café 🇺🇦'],
  ['right-to-left, with an override', '\u202eمقهى النخيل\u202c'],
  ['200 characters', 'Ж'.repeat(200)],
  ['HTML', '<img src=x onerror=alert(1)> & "Sons"'],
  ['a formula', '=HYPERLINK("https://evil.test";"Win")'],
  ['a lone surrogate', 'Half \ud83d face'],
  ['a zero byte', 'Nothing\u0000here'],
  ['only spaces', '   '],
] as const;

test.each(names)(
  'a Page whose name is %s is connected, found, renamed and sorted',
  async (_what, name) => {
    const world = await startWorld();
    world.emulator.pageLife.change(BAKERY, { name });
    const attempt = await connect(world, OLENA, { pages: [BAKERY] });
    expect(attempt.added.map(({ id }) => id)).toEqual([BAKERY]);
    const shown = (await pageOf(world))?.name ?? '';
    expect(shown.isWellFormed()).toBe(true);
    expect(shown).not.toContain('\u0000');
    const search = encodeURIComponent(shown.trim().slice(0, 60));
    expect((await world.list(`?search=${search}`)).total).toBe(1);
    world.emulator.pageLife.change(BAKERY, { name: 'Plain' });
    await refresh(world);
    expect((await pageOf(world))?.name).toBe('Plain');
    world.emulator.pageLife.change(BAKERY, { name });
    await refresh(world);
    expect((await pageOf(world))?.name).toBe(shown);
  },
);

test('a token that dies between reading and saving: the wish stays, and who can mend it is named', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.beforeCall('subscribed_fields', async () => world.emulator.people.changePassword(OLENA));
  const { body } = await world.api('PATCH', '/pages', on);
  expect(body.results).toMatchObject([
    { ok: false, error: { code: 'needs_login', problem: { code: 190, subcode: 460 } } },
  ]);
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
  expect(await pageOf(world)).toMatchObject({
    receiving: { wanted: true, actual: 'off' },
    health: { state: 'needs_login', who: 'Olena Kovalenko', action: 'log_in' },
  });
});

test('a token that dies between reading and saving gives way to another account at once', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  world.clock.at += 1_000;
  await connect(world, OLENA, { pages: [BAKERY] });
  world.beforeCall('subscribed_fields', async () => world.emulator.people.changePassword(OLENA));
  const { body } = await world.api('PATCH', '/pages', on);
  expect(body.results).toEqual([{ pageId: BAKERY, ok: true }]);
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
  expect(await accountsOf(world)).toMatchObject([
    { name: 'Marcus Webb', active: true, token: { state: 'valid' } },
    { name: 'Olena Kovalenko', active: false, token: { state: 'invalid' } },
  ]);
});

test('a Page deleted between reading and saving is not taken for a dead login', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.beforeCall('subscribed_fields', async () => {
    world.emulator.pageLife.change(BAKERY, { isDeleted: true });
  });
  const { body } = await world.api('PATCH', '/pages', on);
  expect(body.results).toMatchObject([{ ok: false, error: { problem: { code: 100 } } }]);
  expect((await accountsOf(world))[0]).toMatchObject({ token: { state: 'valid' } });
  await refresh(world);
  expect(await pageOf(world)).toMatchObject({
    health: { state: 'needs_repair', reason: 'page_gone', action: 'remove' },
  });
});

test('a Page merged and then parted again is well after the next reading', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  await world.api('PATCH', '/pages', on);
  const [page] = Object.values(world.emulator.state.pages).filter(({ id }) => id === BAKERY);
  world.emulator.pageLife.change(BAKERY, { mergedInto: '1080000000000102' });
  await refresh(world);
  expect((await pageOf(world))?.health).toMatchObject({
    reason: 'page_merged',
    who: '1080000000000102',
    problem: { code: 21 },
  });
  delete (page as { mergedInto?: string }).mergedInto;
  await refresh(world);
  expect((await pageOf(world))?.health).toMatchObject({ state: 'waiting' });
});

test('Facebook that did not answer is never called a refusal', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.faults.set('graph_html', { path: 'POST /' });
  await world.api('PATCH', '/pages', on);
  world.emulator.faults.clear();
  await refresh(world);
  expect((await pageOf(world))?.health).toMatchObject({
    state: 'needs_repair',
    reason: 'not_confirmed',
    action: 'repair',
  });
});

test.each([
  ['deleted', { isDeleted: true }],
  ['merged', { mergedInto: '1080000000000102' }],
])(
  'a Page %s at Meta is no failed refresh, and its removal asks nothing more of Meta',
  async (_what, change) => {
    const world = await startWorld();
    await connect(world, OLENA, { pages: 'all' });
    await world.api('PATCH', '/pages', on);
    world.emulator.pageLife.change(BAKERY, change);
    await refresh(world);
    expect((await world.api('GET', '/pages/refresh/latest')).body).toMatchObject({
      state: 'done',
      problem: null,
    });
    await world.api('DELETE', `/pages/${BAKERY}`);
    await world.drain();
    expect(await world.list()).toMatchObject({ unsubscribing: [], removed: [{ pageId: BAKERY }] });
  },
);
