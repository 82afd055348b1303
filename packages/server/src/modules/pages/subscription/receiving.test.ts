import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { CORE_FIELDS, OPTIONAL_FIELDS } from '../../gateways/index.ts';
import { connect } from '../test-support/log-in.ts';
import {
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
import { setActual, setReceivingProblem } from './store.ts';

prepareWorlds();

const CAFE = '1080000000000104';
const ALL = [...CORE_FIELDS, ...OPTIONAL_FIELDS];

const on = (...pageIds: string[]) => ({
  changes: pageIds.map((pageId) => ({ pageId, receiving: true })),
});
const off = (...pageIds: string[]) => ({
  changes: pageIds.map((pageId) => ({ pageId, receiving: false })),
});

async function pageOf(world: World, pageId: string) {
  return (await world.list()).items.find(({ id }) => id === pageId);
}

test('on means all our fields, confirmed by reading again', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.clock.at += 1_000;
  const { status, body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect({ status, body }).toEqual({
    status: 200,
    body: { results: [{ pageId: BAKERY, ok: true }] },
  });
  expect(fieldsAtMeta(world, BAKERY)?.toSorted()).toEqual(ALL.toSorted());
  expect(await pageOf(world, BAKERY)).toMatchObject({
    receiving: { wanted: true, actual: 'on', checkedAt: world.clock.at, problem: null },
    health: { state: 'waiting', action: 'open_page' },
    version: 2,
  });
});

test('off leaves nothing of ours behind', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', on(BAKERY));
  const { body } = await world.api('PATCH', '/pages', off(BAKERY));
  expect(body.results).toEqual([{ pageId: BAKERY, ok: true }]);
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
  expect(await pageOf(world, BAKERY)).toMatchObject({
    receiving: { wanted: false, actual: 'off' },
    health: { state: 'receiving_off', action: 'switch_on' },
  });
});

test('fields of other systems survive on and off, and are shown', async () => {
  const world = await startWorld();
  setFieldsAtMeta(world, BAKERY, ['leadgen', 'feed']);
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', on(BAKERY));
  expect(fieldsAtMeta(world, BAKERY)).toEqual(expect.arrayContaining(['leadgen', 'feed', ...ALL]));
  expect((await pageOf(world, BAKERY))?.receiving.otherFields).toEqual(['leadgen', 'feed']);
  await world.api('PATCH', '/pages', off(BAKERY));
  expect(fieldsAtMeta(world, BAKERY)).toEqual(['leadgen', 'feed']);
});

test.each([200, 100])(
  'optional fields refused with %i are left out, found by halving, and remembered for a day',
  async (code) => {
    const world = await startWorld();
    const refused = ['message_edits', 'standby'];
    world.emulator.faults.set('subscribed_apps_refused', { code, fields: refused });
    await connect(world, OLENA, { pages: [BAKERY, BOOKS, CAFE] });
    const { body } = await world.api('PATCH', '/pages', on(BAKERY, BOOKS));
    expect(body.results.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
    const rest = ALL.filter((field) => !refused.includes(field)).toSorted();
    expect(fieldsAtMeta(world, BAKERY)?.toSorted()).toEqual(rest);
    expect(fieldsAtMeta(world, BOOKS)?.toSorted()).toEqual(rest);
    world.emulator.resetUsage();
    await world.api('PATCH', '/pages', on(CAFE));
    expect(fieldsAtMeta(world, CAFE)?.toSorted()).toEqual(rest);
    // Read, post, read again: nothing is tried that is known to be refused.
    expect(world.emulator.usage().countedCalls).toBe(3);
    world.emulator.faults.clear();
    world.clock.at += 24 * 3_600_000 + 1;
    await world.api('PATCH', '/pages', off(CAFE));
    await world.api('PATCH', '/pages', on(CAFE));
    expect(fieldsAtMeta(world, CAFE)).toHaveLength(ALL.length);
  },
);

test('a refused core refuses the switch: the wish stays, the reason is said, and the rest goes on', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.faults.set('subscribed_apps_refused', { fields: ['messages'], pages: [BOOKS] });
  const { status, body } = await world.api('PATCH', '/pages', on(BAKERY, BOOKS));
  expect(status).toBe(200);
  expect(body.results).toMatchObject([
    { pageId: BAKERY, ok: true },
    {
      pageId: BOOKS,
      ok: false,
      error: { code: 'meta_refused', problem: { code: 200, traceId: expect.any(String) } },
    },
  ]);
  expect(await pageOf(world, BOOKS)).toMatchObject({
    receiving: { wanted: true, actual: 'off', problem: { code: 200 } },
    health: { state: 'needs_repair', reason: 'refused', action: 'repair' },
  });
  world.emulator.faults.clear();
  const again = await world.api('PATCH', '/pages', on(BOOKS));
  expect(again.body.results).toEqual([{ pageId: BOOKS, ok: true }]);
  expect(await pageOf(world, BOOKS)).toMatchObject({ health: { state: 'waiting' }, version: 2 });
});

test('the switch shows what Meta holds, whatever Meta answered', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const { state } = world.emulator;
  // Meta says "success" and keeps nothing.
  state.pageSubscriptions = new Proxy(state.pageSubscriptions, { set: () => true });
  const { body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect(body.results).toMatchObject([{ ok: false, error: { code: 'meta_refused' } }]);
  expect(await pageOf(world, BAKERY)).toMatchObject({
    receiving: { wanted: true, actual: 'off' },
    health: { state: 'needs_repair' },
  });
});

test('a Meta that does not answer keeps the wish and says so', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.faults.set('graph_html');
  const { body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect(body.results).toMatchObject([{ ok: false, error: { code: 'meta_unreachable' } }]);
  world.emulator.faults.clear();
  expect(await pageOf(world, BAKERY)).toMatchObject({ receiving: { wanted: true } });
});

test('a change that happened although its answer was lost counts as done', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  setFieldsAtMeta(world, BAKERY, ALL);
  world.emulator.faults.set('graph_error', { code: 2, path: 'POST', times: 1 });
  const { body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect(body.results).toEqual([{ pageId: BAKERY, ok: true }]);
});

test('a stale version is refused for that Page, with who changed it and when', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', on(BAKERY));
  const { body } = await world.api('PATCH', '/pages', {
    changes: [
      { pageId: BAKERY, receiving: false, version: 1 },
      { pageId: BOOKS, receiving: true, version: 1 },
      { pageId: '404', receiving: true, version: 1 },
    ],
  });
  expect(body.results).toMatchObject([
    {
      ok: false,
      error: { code: 'conflict', changedBy: 'The administrator', changedAt: world.clock.at },
    },
    { ok: true },
    { ok: false, error: { code: 'not_found' } },
  ]);
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
});

test('a Page named twice is refused as a whole', async () => {
  const world = await startWorld();
  const { status, body } = await world.api('PATCH', '/pages', {
    changes: [
      { pageId: BAKERY, receiving: true },
      { pageId: BAKERY, receiving: false },
    ],
  });
  expect(status).toBe(400);
  expect(body.error.code).toBe('invalid');
});

test('a dead login gives way to another account that holds the Page', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.people.changePassword(OLENA);
  const { body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect(body.results).toEqual([{ pageId: BAKERY, ok: true }]);
  const accounts = await world.api('GET', `/pages/${BAKERY}/accounts`);
  expect(accounts.body.items).toMatchObject([
    { name: 'Marcus Webb', active: true, token: { state: 'valid' } },
    {
      name: 'Olena Kovalenko',
      active: false,
      token: { state: 'invalid', problem: { code: 190, subcode: 460 } },
    },
  ]);
});

test('without any living login the switch asks for one, and the Page stays', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.people.changePassword(OLENA);
  const { body } = await world.api('PATCH', '/pages', on(BAKERY));
  expect(body.results).toMatchObject([{ ok: false, error: { code: 'needs_login' } }]);
  expect(await pageOf(world, BAKERY)).toMatchObject({
    accounts: { count: 1 },
    health: { state: 'needs_login', who: 'Olena Kovalenko', action: 'log_in' },
  });
});

test('two processes that switch one Page at once end where the last wish is', async () => {
  const world = await startWorld();
  const other = await world.startNode();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS, CAFE] });
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([
      world.api('PATCH', '/pages', round % 2 === 0 ? on(BAKERY, BOOKS) : off(BAKERY, CAFE)),
      other.api('PATCH', '/pages', round % 2 === 0 ? off(BAKERY, CAFE) : on(BAKERY, BOOKS)),
    ]);
    const { items } = await world.list();
    for (const { id, receiving } of items) {
      expect(receiving.actual).toBe(receiving.wanted ? 'on' : 'off');
      expect(fieldsAtMeta(world, id) === undefined).toBe(!receiving.wanted);
    }
  }
});

test('a reading that began earlier never overwrites a later one', async () => {
  const world = await startWorld();
  const { db, app } = world;
  await connect(world, OLENA, { pages: [BAKERY] });
  const seen = (actual: 'on' | 'off') => [
    { pageId: BAKERY, actual, fields: [], otherFields: [], problem: null },
  ];
  const at = world.clock.at + 2_000;
  await db.transaction((tx) => setActual(tx, { gatewayId: app.id, at, seen: seen('on') }));
  const earlier = { gatewayId: app.id, at: at - 1, seen: seen('off') };
  await db.transaction((tx) => setActual(tx, earlier));
  expect((await pageOf(world, BAKERY))?.receiving).toMatchObject({ actual: 'on', checkedAt: at });
});

test.each([
  { wanted: true, reached: 'on', other: 'off' },
  { wanted: false, reached: 'off', other: 'on' },
] as const)(
  'a reading that shows what is wanted ($reached) ends what was wrong before, whoever read it',
  async ({ wanted, reached, other }) => {
    const world = await startWorld();
    const { db, app } = world;
    await connect(world, OLENA, { pages: [BAKERY] });
    await world.api('PATCH', '/pages', on(BAKERY));
    if (!wanted) {
      await world.api('PATCH', '/pages', off(BAKERY));
    }
    let { at } = world.clock;
    const fails = () => {
      const problem = JSON.stringify({ message: 'The check after the change failed.' });
      const change = { gatewayId: app.id, pageId: BAKERY, wanted, at, problem };
      return db.transaction((tx) => setReceivingProblem(tx, change));
    };
    const read = async (actual: 'on' | 'off') => {
      at += 1;
      const seen = [{ pageId: BAKERY, actual, fields: [], otherFields: [], problem: null }];
      await db.transaction((tx) => setActual(tx, { gatewayId: app.id, at, seen }));
      return pageOf(world, BAKERY);
    };
    await fails();
    const message = 'The check after the change failed.';
    expect(await read(other)).toMatchObject({
      receiving: { problem: { message } },
      health: { repair: { attempts: 1, nextAt: at - 1 + 60_000 } },
    });
    expect((await read(reached))?.receiving.problem).toBeNull();
    // What goes wrong next is new: it is tried at once, and its tries are counted from nought.
    const drifted = await read(other);
    expect(drifted?.health).toMatchObject(wanted ? { repair: { attempts: 0, nextAt: null } } : {});
    await fails();
    expect((await read(other))?.health).toMatchObject({ repair: { attempts: 1 } });
  },
);

test('the one who wished last wins, also when the other was already talking to Meta', async () => {
  const world = await startWorld();
  const other = await world.startNode();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.beforeCall('subscribed_fields', async () => {
    const { body } = await other.api('PATCH', '/pages', off(BAKERY));
    expect(body.results).toEqual([{ pageId: BAKERY, ok: true }]);
  });
  await world.api('PATCH', '/pages', on(BAKERY));
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
  expect(await pageOf(world, BAKERY)).toMatchObject({
    receiving: { wanted: false, actual: 'off' },
  });
});

test('500 Pages are switched in batches of at most 50', async () => {
  const { largePerson, largeSeed } = await import('@chatgate/meta-emulator');
  const world = await startWorld({ seed: largeSeed(500) });
  const { added } = await connect(world, largePerson().email, { pages: 'all' });
  expect(added).toHaveLength(500);
  world.emulator.resetUsage();
  const { body } = await world.api('PATCH', '/pages', on(...added.map(({ id }) => id)));
  expect(body.results.filter(({ ok }: { ok: boolean }) => ok)).toHaveLength(500);
  expect(world.emulator.usage()).toMatchObject({ requests: 30, countedCalls: 1_500 });
});

test('each switch is on record, with who threw it', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', on(BAKERY));
  await world.api('PATCH', '/pages', on(BAKERY));
  const { rows } = await sql`select subject_id, actor_name, before, after from audit_entry
    where action = 'page.receiving_switched'`.execute(world.db.read);
  expect(rows).toEqual([
    {
      subject_id: BAKERY,
      actor_name: 'The administrator',
      before: '{"receiving":false}',
      after: '{"receiving":true}',
    },
  ]);
  expect(world.hints).toContainEqual({ type: 'pages.changed', gatewayId: world.app.id });
});
