import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  AISHA,
  BAKERY,
  BOOKS,
  fieldsAtMeta,
  MARCUS,
  OLENA,
  prepareWorlds,
  setFieldsAtMeta,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const DENTAL = '1080000000000106';
const MUSEUM = '1080000000000110';
const TAXI = '1080000000000109';

const ids = (pages: readonly { id: string }[]) => pages.map(({ id }) => id).sort();

async function registry(world: World) {
  const { items } = await world.list();
  return Object.fromEntries(
    items.map(({ id, accounts, receiving }) => [
      id,
      { first: accounts.first, count: accounts.count, actual: receiving.actual },
    ]),
  );
}

test('ticked Pages enter the registry with receiving off', async () => {
  const world = await startWorld();
  const attempt = await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(attempt).toMatchObject({
    status: 'succeeded',
    complete: true,
    account: { name: 'Olena Kovalenko', kind: 'person' },
    kept: [],
    removed: [],
    declined: [],
    read: { pages: 2 },
  });
  expect(ids(attempt.added)).toEqual([BAKERY, BOOKS]);
  expect(await registry(world)).toEqual({
    [BAKERY]: { first: 'Olena Kovalenko', count: 1, actual: 'off' },
    [BOOKS]: { first: 'Olena Kovalenko', count: 1, actual: 'off' },
  });
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});

test('the same log-in again changes nothing', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const before = await world.list();
  const again = await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(again).toMatchObject({ status: 'succeeded', added: [], removed: [], keptByOther: [] });
  expect(ids(again.kept)).toEqual([BAKERY, BOOKS]);
  expect((await world.list()).items).toEqual(before.items);
});

test('a Page that is not ticked any more leaves, and Meta is told', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BOOKS, receiving: true }] });
  expect(fieldsAtMeta(world, BOOKS)).toContain('messages');
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt).toMatchObject({ removed: [{ id: BOOKS, name: 'Blue Door Books' }], added: [] });
  expect(Object.keys(await registry(world))).toEqual([BAKERY]);
  expect(fieldsAtMeta(world, BOOKS)).toBeUndefined();
  expect((await world.list()).unsubscribing).toEqual([]);
});

test('un-ticking every Page removes them all', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const attempt = await connect(world, OLENA, { pages: [] });
  expect(attempt.complete).toBe(true);
  expect(ids(attempt.removed)).toEqual([BAKERY, BOOKS]);
});

test('a Page that another account connected too stays with that account', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect((await registry(world))[BAKERY]).toEqual({
    first: 'Olena Kovalenko',
    count: 2,
    actual: 'off',
  });
  const attempt = await connect(world, OLENA, { pages: [BOOKS] });
  expect(attempt).toMatchObject({
    removed: [],
    keptByOther: [{ id: BAKERY, name: 'Riverside Bakery', other: 'Marcus Webb' }],
  });
  expect((await registry(world))[BAKERY]).toEqual({
    first: 'Marcus Webb',
    count: 1,
    actual: 'off',
  });
});

test('"all Pages" adds what is found and never removes what is not', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, DENTAL] });
  const attempt = await connect(world, OLENA, { pages: 'all' });
  // The dental practice is held through a portfolio, so the list of all Pages leaves it out.
  expect(ids(attempt.added)).not.toContain(DENTAL);
  expect(attempt.removed).toEqual([]);
  expect(Object.keys(await registry(world))).toContain(DENTAL);
});

test('a ticked Page that only the portfolio knows is found by its id', async () => {
  const world = await startWorld();
  const attempt = await connect(world, OLENA, { pages: [BAKERY, DENTAL] });
  expect(ids(attempt.added)).toEqual([BAKERY, DENTAL]);
});

test('"all Pages" finds those of the portfolio when the gateway asks for it', async () => {
  const world = await startWorld({ gateway: { findBusinessPages: true } });
  const attempt = await connect(world, OLENA, { pages: 'all' });
  expect(ids(attempt.added)).toContain(DENTAL);
});

test('a declined permission removes nothing and is named', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const attempt = await connect(world, OLENA, { pages: [BAKERY], decline: ['pages_messaging'] });
  expect(attempt).toMatchObject({
    removed: [],
    added: [],
    declined: ['pages_messaging'],
    notConnectable: [
      { id: BAKERY, reason: 'permission_declined', permissions: ['pages_messaging'] },
    ],
  });
  expect(Object.keys(await registry(world))).toEqual([BOOKS, BAKERY]);
});

test('Pages that cannot be used say why, and the others are connected', async () => {
  const world = await startWorld();
  const attempt = await connect(world, AISHA, { pages: 'all' });
  expect(attempt.status).toBe('succeeded');
  expect(ids(attempt.added)).toContain(TAXI);
  expect(attempt.notConnectable).toContainEqual(
    expect.objectContaining({ id: MUSEUM, reason: 'cannot_reply' }),
  );
  expect(attempt.notConnectable).toContainEqual(
    expect.objectContaining({ id: '1080000000000105', reason: 'may_not_manage' }),
  );
});

test.each([
  ['492', 'two_factor_required'],
  ['415', 'two_factor_required'],
  ['no_token', 'no_token'],
  ['error', 'not_readable'],
])('a Page answered with %s is not connectable because of %s', async (as, reason) => {
  const world = await startWorld();
  world.emulator.faults.set('page_unreadable', { pages: [BOOKS], as });
  const attempt = await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(ids(attempt.added)).toEqual([BAKERY]);
  expect(attempt.complete).toBe(true);
  expect(attempt.notConnectable).toMatchObject([{ id: BOOKS, reason }]);
});

test('an unpublished Page is not connectable', async () => {
  const world = await startWorld();
  const page = world.emulator.state.pages[BOOKS];
  if (page) {
    page.isPublished = false;
  }
  const attempt = await connect(world, OLENA, { pages: [BOOKS] });
  expect(attempt.notConnectable).toMatchObject([{ id: BOOKS, reason: 'unpublished' }]);
});

test.each(['null', '500'])(
  'an unfinished part (%s) makes the reading incomplete: adds what is certain, removes nothing',
  async (as) => {
    const world = await startWorld();
    await connect(world, OLENA, { pages: [BAKERY] });
    world.emulator.faults.set('page_unreadable', { pages: [BOOKS], as });
    const cafe = '1080000000000104';
    const attempt = await connect(world, OLENA, { pages: [BOOKS, cafe] });
    expect(attempt).toMatchObject({ status: 'succeeded', complete: false, removed: [] });
    expect(ids(attempt.added)).toEqual([cafe]);
    expect(attempt.error?.code).toMatch(/^meta_/);
    expect(Object.keys(await registry(world)).sort()).toEqual([BAKERY, cafe]);
  },
);

test('half a list of Pages removes nothing', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.faults.set('graph_error', { code: 2, path: 'accounts' });
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt).toMatchObject({ status: 'succeeded', complete: false, removed: [] });
  expect(Object.keys(await registry(world)).sort()).toEqual([BAKERY, BOOKS]);
});

test('result pages that are short or empty are read to the end', async () => {
  const world = await startWorld();
  world.emulator.faults.set('accounts_short');
  const attempt = await connect(world, OLENA, { pages: 'all' });
  expect(attempt.complete).toBe(true);
  expect(attempt.added).toHaveLength(5);
});

test.each([
  ['graph_http_500', {}, 'meta_unreachable'],
  ['graph_html', { status: 200 }, 'meta_unreachable'],
  ['graph_cut', {}, 'meta_unreachable'],
  ['code_exchange', { code: 100, subcode: 36_009 }, 'code_refused'],
  ['long_exchange', {}, 'token_exchange_failed'],
] as const)('%s fails the attempt and removes nothing', async (fault, setting, code) => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.faults.set(fault, setting);
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt).toMatchObject({ status: 'failed', removed: [], error: { code } });
  world.emulator.faults.clear();
  expect(Object.keys(await registry(world)).sort()).toEqual([BAKERY, BOOKS]);
});

test('a token of a system user is not exchanged, and its account is named as such', async () => {
  const world = await startWorld({ gateway: { loginConfigId: '770011223344002' } });
  world.emulator.faults.set('long_exchange');
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt).toMatchObject({
    status: 'succeeded',
    account: { name: 'Olena Kovalenko', kind: 'system_user' },
  });
  expect((await world.list()).items[0]?.accounts.first).toBe('Olena Kovalenko (system user)');
});

test('a Page that Meta already sends messages for is taken over as on', async () => {
  const world = await startWorld();
  setFieldsAtMeta(world, BAKERY, ['messages', 'messaging_postbacks', 'leadgen']);
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt.added).toMatchObject([{ id: BAKERY, alreadyReceiving: true }]);
  expect((await world.list()).items[0]?.receiving).toMatchObject({
    wanted: true,
    actual: 'on',
    otherFields: ['leadgen'],
  });
});

test('new Pages are switched on where the gateway says so', async () => {
  const world = await startWorld({ gateway: { subscribeNewPages: true } });
  await connect(world, OLENA, { pages: [BAKERY] });
  expect((await world.list()).items[0]?.receiving).toMatchObject({ wanted: true, actual: 'on' });
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
});

test('a Page that comes back is new again and nothing ends its subscription', async () => {
  const world = await startWorld();
  world.emulator.faults.set('unsubscribe_refused', { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect((await world.list()).unsubscribing).toMatchObject([{ pageId: BAKERY }]);
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt.added).toMatchObject([{ id: BAKERY, alreadyReceiving: true }]);
  world.emulator.faults.clear();
  world.clock.at += 3_600_000;
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
  expect(await world.list()).toMatchObject({ unsubscribing: [], items: [{ id: BAKERY }] });
});

test('an attempt whose reads began earlier than those applied last only adds', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.clock.at -= 60_000;
  const attempt = await connect(world, OLENA, { pages: [BAKERY, '1080000000000104'] });
  expect(attempt).toMatchObject({ complete: true, removed: [] });
  expect(Object.keys(await registry(world))).toHaveLength(3);
});

test('those who wait for adopted Pages are told inside the transaction', async () => {
  const world = await startWorld();
  const told: string[][] = [];
  world.pages.onAdopted(async (tx, { gatewayId, pageIds }) => {
    const { rows } = await sql`select 1 from page where gateway_id = ${gatewayId}`.execute(tx);
    expect(rows).toHaveLength(2);
    told.push([...pageIds]);
  });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(told).toEqual([[BAKERY, BOOKS]]);
});

test('who connected and removed what is on record', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await connect(world, OLENA, { pages: [] });
  const { rows } = await sql<{ action: string; subject_id: string; actor_name: string }>`
    select action, subject_id, actor_name from audit_entry order by seq`.execute(world.db.read);
  const seen = rows.map(({ action, subject_id }) => `${action} ${subject_id}`);
  expect(seen).toEqual([
    `page.connected ${BAKERY}`,
    'account.logged_in 1220000000000502',
    `page.connected ${BOOKS}`,
    `grant.added ${BAKERY}`,
    'account.logged_in 1220000000000501',
    `page.removed ${BOOKS}`,
    `grant.removed ${BAKERY}`,
    'account.logged_in 1220000000000501',
  ]);
  expect(new Set(rows.map(({ actor_name }) => actor_name))).toEqual(new Set(['The administrator']));
});

test('what a log-in gave waits for a database that does not work', async () => {
  const world = await startWorld();
  world.beforeCall('', async () => world.outages.push('outage', 'outage'));
  const attempt = await connect(world, OLENA, { pages: [BAKERY] });
  expect(attempt).toMatchObject({ status: 'succeeded', added: [{ id: BAKERY }] });
  expect(world.outages).toEqual([]);
});
