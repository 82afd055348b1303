import { sql } from 'kysely';
import { expect, test } from 'vitest';
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

prepareWorlds();

async function connected(options: Parameters<typeof startWorld>[0] = {}): Promise<World> {
  const world = await startWorld(options);
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const changes = [{ pageId: BAKERY, receiving: true }];
  await world.api('PATCH', '/pages', { changes });
  return world;
}

async function jobOf(world: World, pageId: string) {
  const { rows } = await sql<{ state: string; token: string | null; problem: string | null }>`
    select state, token, problem from page_unsubscription where page_id = ${pageId}`.execute(
    world.db.read,
  );
  return rows[0];
}

test('removing a Page ends it for every account and unsubscribes it', async () => {
  const world = await connected();
  await connect(world, MARCUS, { pages: [BAKERY] });
  const { status } = await world.api('DELETE', `/pages/${BAKERY}`);
  expect(status).toBe(204);
  expect((await world.list()).items.map(({ id }) => id)).toEqual([BOOKS]);
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
  expect(await jobOf(world, BAKERY)).toEqual({ state: 'done', token: null, problem: null });
  expect((await world.api('DELETE', `/pages/${BAKERY}`)).status).toBe(404);
});

test('fields of another system stay when a Page is removed', async () => {
  const world = await connected();
  setFieldsAtMeta(world, BAKERY, ['messages', 'leadgen']);
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toEqual(['leadgen']);
});

test('a Page whose logins are dead is unsubscribed with the token of the app', async () => {
  const world = await connected();
  world.emulator.people.changePassword(OLENA);
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});

test('the app is not taken off a Page that another system uses, even with dead logins', async () => {
  const world = await connected();
  setFieldsAtMeta(world, BAKERY, ['messages', 'leadgen']);
  await world.api('POST', '/pages/refresh');
  await world.drain();
  world.emulator.people.changePassword(OLENA);
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toEqual(['messages', 'leadgen']);
  expect((await world.list()).unsubscribing).toMatchObject([
    { pageId: BAKERY, problem: { message: expect.stringContaining('leadgen') } },
  ]);
});

test('"not installed" counts as done', async () => {
  const world = await connected();
  world.emulator.people.changePassword(OLENA);
  world.emulator.state.pageSubscriptions = {};
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect(await jobOf(world, BAKERY)).toMatchObject({ state: 'done' });
});

test('a refusal is shown, tried again for a day with growing pauses, then given up', async () => {
  const world = await connected();
  world.emulator.faults.set('unsubscribe_refused', { pages: [BAKERY] });
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect((await world.list()).unsubscribing).toMatchObject([
    { pageId: BAKERY, name: 'Riverside Bakery', problem: { code: 200 } },
  ]);
  expect(await jobOf(world, BAKERY)).toMatchObject({ state: 'pending', token: expect.any(String) });
  let tries = 0;
  for (let minute = 0; minute < 25 * 60; minute += 10) {
    world.clock.at += 10 * 60_000;
    world.emulator.resetUsage();
    await world.drain();
    tries += world.emulator.usage().requests > 0 ? 1 : 0;
  }
  expect(tries).toBeGreaterThan(20);
  expect(tries).toBeLessThan(40);
  expect(await jobOf(world, BAKERY)).toMatchObject({ state: 'given_up', token: null });
});

test('it goes on by itself when Meta comes back', async () => {
  const world = await connected();
  world.emulator.faults.set('graph_http_500');
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toBeDefined();
  world.emulator.faults.clear();
  world.clock.at += 60_000;
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});

test('two workers never take the same job, and a dead one is followed', async () => {
  const world = await connected();
  const other = await world.startNode();
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.api('DELETE', `/pages/${BOOKS}`);
  await world.db.transaction(async (tx) => {
    await sql`update page_unsubscription set claim = 'dead', claimed_until = ${world.clock.at + 1_000}
      where page_id = ${BOOKS}`.execute(tx);
  });
  await Promise.all([world.drain(), other.drain()]);
  const { rows } = await sql`select page_id, state, attempts from page_unsubscription
    order by page_id`.execute(world.db.read);
  expect(rows).toEqual([
    { page_id: BAKERY, state: 'done', attempts: 1 },
    { page_id: BOOKS, state: 'pending', attempts: 0 },
  ]);
  world.clock.at += 1_000;
  await Promise.all([world.drain(), other.drain()]);
  expect(await jobOf(world, BOOKS)).toMatchObject({ state: 'done' });
});

test('a Page connected again while it is being taken off is put back as wanted', async () => {
  const world = await connected();
  const other = await world.startNode();
  await world.api('DELETE', `/pages/${BAKERY}`);
  world.beforeCall('DELETE', async () => {
    const { added } = await connect(world, OLENA, { pages: [BAKERY], node: other });
    expect(added).toMatchObject([{ id: BAKERY, alreadyReceiving: true }]);
  });
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toContain('messages');
  expect((await world.list()).items).toMatchObject([
    { id: BAKERY, receiving: { wanted: true, actual: 'on' } },
  ]);
});

test('a worker that was slower than its lease leaves the outcome to the next one', async () => {
  const world = await connected();
  const other = await world.startNode();
  await world.api('DELETE', `/pages/${BAKERY}`);
  world.beforeCall('DELETE', async () => {
    world.clock.at += 120_000;
    await other.drain();
  });
  await world.drain();
  const { rows } = await sql`select state, attempts from page_unsubscription`.execute(
    world.db.read,
  );
  expect(rows).toEqual([{ state: 'done', attempts: 1 }]);
});

test('deleting a gateway ends its grants and unsubscribes its Pages', async () => {
  const world = await connected();
  const { db, pages, app } = world;
  expect(await pages.deletion(db.read, app.id)).toEqual({ pages: 2, receiving: 1, grants: 2 });
  await db.transaction((tx) => pages.onDeleting(tx, app.id));
  expect(await pages.deletion(db.read, app.id)).toEqual({ pages: 0, receiving: 0, grants: 0 });
  await world.drain();
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});
