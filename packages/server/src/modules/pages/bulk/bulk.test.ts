import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  actorOf,
  BAKERY,
  BOOKS,
  fieldsAtMeta,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const plan = async (world: World, body: object) =>
  (await world.api('POST', '/pages/bulk/plan', body)).body;
const start = (world: World, action: string, items: { pageId: string; version: number }[]) =>
  world.api('POST', '/pages/bulk', {
    action,
    pages: items.map(({ pageId, version }) => ({ pageId, version })),
  });
const latest = async (world: World) => (await world.api('GET', '/pages/bulk')).body.latest;
const job = async (world: World, id: string) => (await world.api('GET', `/pages/bulk/${id}`)).body;
const result = async (world: World, id: string) =>
  (await world.api('GET', `/pages/bulk/${id}/result`)).body.items;

test('a dry run says what would happen, and nothing happens', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BOOKS, receiving: true }] });
  const before = await world.list();
  expect(await latest(world)).toBeNull();
  expect(await plan(world, { action: 'switch_on', matching: {} })).toMatchObject({
    items: [
      { pageId: BOOKS, name: 'Blue Door Books', effect: 'nothing' },
      { pageId: BAKERY, name: 'Riverside Bakery', effect: 'change' },
    ],
    receiving: 1,
  });
  expect(await plan(world, { action: 'remove', pageIds: [BOOKS] })).toMatchObject({ grants: 1 });
  expect(await plan(world, { action: 'remove', matching: { search: 'bakery' } })).toMatchObject({
    items: [{ pageId: BAKERY }],
  });
  expect(await world.list()).toEqual(before);
});

test('what was shown is done: each Page is switched and confirmed at Meta', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  const { items } = await plan(world, { action: 'switch_on', matching: {} });
  const { status, body } = await start(world, 'switch_on', items);
  expect(status).toBe(202);
  expect(await latest(world)).toEqual(await job(world, body.jobId));
  expect(await latest(world)).toMatchObject({ state: 'running', done: 0, total: items.length });
  await world.drain();
  expect(await job(world, body.jobId)).toMatchObject({
    state: 'done',
    done: items.length,
    refused: 0,
    startedBy: 'The administrator',
  });
  for (const { pageId } of items) {
    expect(fieldsAtMeta(world, pageId)).toContain('messages');
  }
  expect((await world.list()).items.every(({ receiving }) => receiving.actual === 'on')).toBe(true);
});

test('a switch that somebody else turned since the dry run is left, and named', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const { items } = await plan(world, { action: 'switch_off', matching: {} });
  world.signIn({ ...actorOf('editor'), name: 'Bea' });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  world.signIn(actorOf('administrator'));
  const { body } = await start(world, 'switch_off', items);
  await world.drain();
  expect(await result(world, body.jobId)).toEqual([
    { pageId: BOOKS, name: 'Blue Door Books', state: 'done' },
    {
      pageId: BAKERY,
      name: 'Riverside Bakery',
      state: 'refused',
      error: expect.objectContaining({ code: 'conflict', changedBy: 'Bea' }),
    },
  ]);
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
});

test('a refusal of Meta stays at its Page, with its code', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.faults.set('subscribed_apps_refused', {
    code: 200,
    fields: ['messages'],
    pages: [BAKERY],
  });
  const { items } = await plan(world, { action: 'switch_on', matching: {} });
  const { body } = await start(world, 'switch_on', items);
  await world.drain();
  expect(await job(world, body.jobId)).toMatchObject({ state: 'done', done: 1, refused: 1 });
  expect((await result(world, body.jobId))[1]).toMatchObject({
    pageId: BAKERY,
    state: 'refused',
    error: { code: 'meta_refused', problem: { code: 200, traceId: expect.any(String) } },
  });
});

test('removing unsubscribes at Meta, keeps the history, and needs edit', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  const { items } = await plan(world, { action: 'remove', pageIds: [BAKERY] });
  const creator = actorOf('editor');
  world.signIn({
    ...creator,
    permissions: new Set(
      [...creator.permissions].filter((permission) => permission !== 'gateways:edit'),
    ),
  });
  expect(await start(world, 'remove', items)).toMatchObject({
    status: 403,
    body: { error: { details: { missing: 'gateways:edit' } } },
  });
  world.signIn(actorOf('administrator'));
  await start(world, 'remove', items);
  await world.drain();
  const { items: left, removed } = await world.list();
  expect(left.map(({ id }) => id)).toEqual([BOOKS]);
  expect(removed).toEqual([
    { pageId: BAKERY, name: 'Riverside Bakery', removedAt: world.clock.at },
  ]);
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});

test('a job whose process died goes on in another, and one that lives is left alone', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const { items } = await plan(world, { action: 'switch_on', matching: {} });
  const { body } = await start(world, 'switch_on', items);
  await world.db.transaction((tx) =>
    sql`update bulk_job set claim = 'claim_dead', claimed_until = ${world.clock.at + 60_000}`.execute(
      tx,
    ),
  );
  const other = await world.startNode();
  await other.drain();
  expect(await job(world, body.jobId)).toMatchObject({ state: 'running', done: 0 });
  world.clock.at += 60_000;
  await other.drain();
  expect(await job(world, body.jobId)).toMatchObject({ state: 'done', done: 2 });
});

test('whoever lost the claim in the middle settles nothing', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const { items } = await plan(world, { action: 'switch_on', matching: {} });
  const { body } = await start(world, 'switch_on', items);
  world.beforeCall('subscribed_apps', () =>
    world.db.transaction((tx) =>
      sql`update bulk_job set claim = 'claim_other', claimed_until = ${world.clock.at + 60_000}`.execute(
        tx,
      ),
    ),
  );
  await world.drain();
  expect(await job(world, body.jobId)).toMatchObject({ state: 'running', done: 0 });
  world.clock.at += 60_000;
  await world.drain();
  expect(await job(world, body.jobId)).toMatchObject({ state: 'done', done: 2, refused: 0 });
});

test('one at a time; a Page once; at least one Page; no such gateway', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const one = { pageId: BAKERY, version: 1 };
  expect((await start(world, 'switch_on', [one, one])).status).toBe(400);
  expect((await start(world, 'switch_on', [])).status).toBe(400);
  expect((await start(world, 'explode', [one])).status).toBe(400);
  expect((await world.api('POST', '/pages/bulk/plan', { action: 'remove' })).status).toBe(400);
  expect((await start(world, 'switch_on', [one])).status).toBe(202);
  expect((await start(world, 'switch_on', [one])).status).toBe(409);
  expect((await world.api('GET', '/pages/bulk/none')).status).toBe(404);
});

test('deleting the gateway ends what was under way, and says why', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const { items } = await plan(world, { action: 'switch_on', matching: {} });
  const { body } = await start(world, 'switch_on', items);
  await world.db.transaction((tx) => world.pages.onDeleting(tx, world.app.id));
  expect(await job(world, body.jobId)).toMatchObject({ state: 'done', done: 0, refused: 1 });
});
