import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  prepareWorlds,
  setFieldsAtMeta,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

async function refresh(world: World) {
  const { body } = await world.api('POST', '/pages/refresh');
  await world.drain();
  return (await world.api('GET', `/pages/refresh/${body.jobId}`)).body;
}

test('a refresh shows names, subscriptions and dates as they are at Meta', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  setFieldsAtMeta(world, BAKERY, ['messages', 'messaging_postbacks']);
  const page = world.emulator.state.pages[BOOKS];
  if (page) {
    page.name = 'Red Door Books';
  }
  world.clock.at += 5_000;
  expect(await refresh(world)).toEqual({
    id: expect.stringMatching(/^ref_/),
    state: 'done',
    done: 2,
    total: 2,
    startedAt: world.clock.at,
    finishedAt: world.clock.at,
    problem: null,
  });
  const { items, refreshedAt } = await world.list('?sort=name');
  expect(refreshedAt).toBe(world.clock.at);
  expect(items).toMatchObject([
    { name: 'Red Door Books', receiving: { actual: 'off', checkedAt: world.clock.at } },
    { health: { state: 'needs_repair', reason: 'still_subscribed' }, receiving: { actual: 'on' } },
  ]);
  expect(world.hints.filter(({ type }) => type === 'refresh.progressed').length).toBeGreaterThan(1);
});

test('a refresh finds dead logins, fails over, and removes nothing', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.emulator.people.removeApp(OLENA, world.app.appId);
  expect(await refresh(world)).toMatchObject({ state: 'done' });
  const { items } = await world.list();
  expect(items).toMatchObject([
    {
      id: BOOKS,
      health: { state: 'needs_login', reason: 'access_withdrawn', who: 'Olena Kovalenko' },
    },
    {
      id: BAKERY,
      accounts: { first: 'Marcus Webb', count: 2 },
      health: { state: 'receiving_off' },
    },
  ]);
});

test('a failed check is shown as unknown, never as healthy, and the grants stay', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  world.emulator.faults.set('graph_http_500');
  expect(await refresh(world)).toMatchObject({ state: 'failed', problem: { code: 2 } });
  world.emulator.faults.clear();
  expect((await world.list()).items).toMatchObject([
    {
      accounts: { count: 1 },
      receiving: { actual: 'on' },
      health: { state: 'unknown', reason: 'check_failed', action: 'refresh', problem: { code: 2 } },
    },
  ]);
  await refresh(world);
  expect((await world.list()).items[0]?.health.state).toBe('waiting');
});

test('a refresh that is running is given again, and the latest is found after a reload', async () => {
  const world = await startWorld();
  expect((await world.api('GET', '/pages/refresh/latest')).status).toBe(404);
  await connect(world, OLENA, { pages: [BAKERY] });
  const [first, second] = await Promise.all([
    world.api('POST', '/pages/refresh'),
    world.api('POST', '/pages/refresh'),
  ]);
  expect(first.status).toBe(202);
  expect(second.body).toEqual(first.body);
  const latest = await world.api('GET', '/pages/refresh/latest');
  expect(latest.body).toMatchObject({ id: first.body.jobId, state: 'running', total: 1 });
});

test('a refresh whose process died is taken over when its claim runs out', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const { body } = await world.api('POST', '/pages/refresh');
  await world.db.transaction(async (tx) => {
    await sql`update refresh_job set claim = 'dead', claimed_until = ${world.clock.at + 60_000}`.execute(
      tx,
    );
  });
  await world.drain();
  const read = async () => (await world.api('GET', `/pages/refresh/${body.jobId}`)).body;
  expect(await read()).toMatchObject({ state: 'running' });
  world.clock.at += 60_000;
  await world.drain();
  expect(await read()).toMatchObject({ state: 'done', done: 1 });
});

test('a database that does not work ends no refresh: it is taken up again', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const { body } = await world.api('POST', '/pages/refresh');
  const read = async () => (await world.api('GET', `/pages/refresh/${body.jobId}`)).body;
  world.beforeCall('', async () => world.outages.push('outage'));
  await expect(world.drain()).rejects.toThrow();
  expect(await read()).toMatchObject({ state: 'running' });
  world.clock.at += 180_000;
  await world.drain();
  expect(await read()).toMatchObject({ state: 'done', done: 1 });
});

test('120 Pages take three reads of each kind', async () => {
  const { largePerson, largeSeed } = await import('@chatgate/meta-emulator');
  const world = await startWorld({ seed: largeSeed(120) });
  await connect(world, largePerson().email, { pages: 'all' });
  world.emulator.resetUsage();
  expect(await refresh(world)).toMatchObject({ state: 'done', done: 120, total: 120 });
  expect(world.emulator.usage()).toMatchObject({ requests: 6, countedCalls: 240 });
});
