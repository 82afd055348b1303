import { expect, test } from 'vitest';
import { connect } from './test-support/log-in.ts';
import { BAKERY, BOOKS, OLENA, prepareWorlds, startWorld } from './test-support/world.ts';

prepareWorlds();

test('receiving depends on the wish alone: a dead login or an unreachable Meta changes nothing', async () => {
  const world = await startWorld();
  const { db, app, pages } = world;
  const receiving = () =>
    db.transaction((tx) => pages.receivingOf(tx, app.id, [BAKERY, BOOKS, 'unknown']));
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  world.emulator.people.changePassword(OLENA);
  await world.api('POST', '/pages/refresh');
  await world.drain();
  expect((await world.list()).items[0]?.health.state).toBe('needs_login');
  expect(await receiving()).toEqual(
    new Map([
      [BAKERY, { known: true, wanted: true }],
      [BOOKS, { known: true, wanted: false }],
      ['unknown', { known: false, wanted: false }],
    ]),
  );
});

test('late events of a removed Page are ignored, not unknown', async () => {
  const world = await startWorld();
  const { db, app, pages } = world;
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  await world.api('DELETE', `/pages/${BAKERY}`);
  const found = await db.transaction((tx) => pages.receivingOf(tx, app.id, [BAKERY]));
  expect(found.get(BAKERY)).toEqual({ known: true, wanted: false });
  const names = await pages.pageNames(db.read, [{ gatewayId: app.id, pageId: BAKERY }]);
  expect(names.get(`${app.id}/${BAKERY}`)).toBe('Riverside Bakery');
});

test('events move a Page to live, never back in time, and are counted while off', async () => {
  const world = await startWorld();
  const { db, app, pages } = world;
  await connect(world, OLENA, { pages: [BAKERY] });
  const note = (lastEventAt: number | null, ignoredWhileOff: number, conversation: string | null) =>
    db.transaction((tx) =>
      pages.noteEvents(
        tx,
        app.id,
        new Map([[BAKERY, { lastEventAt, ignoredWhileOff, lastConversationId: conversation }]]),
      ),
    );
  await note(null, 3, null);
  await note(null, 1, null);
  expect((await world.list()).items[0]).toMatchObject({ eventsWhileOff: 4, lastEventAt: null });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  await note(2_000, 0, 'conv_2');
  await note(1_000, 0, null);
  expect((await world.list()).items[0]).toMatchObject({
    lastEventAt: 2_000,
    lastConversationId: 'conv_2',
    health: { state: 'live', action: 'open_conversation' },
    version: 2,
  });
});

test('the active token is given while it may work, and only then', async () => {
  const world = await startWorld();
  const { app, pages } = world;
  await connect(world, OLENA, { pages: [BAKERY] });
  const found = await pages.findActiveToken(app.id, BAKERY);
  expect(found?.app).toEqual(app);
  expect(Object.keys(world.emulator.state.tokens)).toContain(found?.token.reveal());
  expect(String(found?.token)).toBe('[secret]');
  expect(await pages.findActiveToken(app.id, BOOKS)).toBeUndefined();
  world.emulator.people.changePassword(OLENA);
  await world.api('POST', '/pages/refresh');
  await world.drain();
  expect(await pages.findActiveToken(app.id, BAKERY)).toBeUndefined();
});
