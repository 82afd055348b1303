import { expect, test } from 'vitest';
import { BAKERY, BOOKS, connect, MARCUS, OLENA, startWorld } from './test-support/world.ts';

test('connect, list, switch, save', async () => {
  const world = await startWorld();
  const attempt = await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(attempt).toMatchObject({ status: 'succeeded', complete: true, removed: [], declined: [] });
  expect(attempt.added.map(({ id }) => id)).toEqual([BAKERY, BOOKS]);
  const { items } = await world.list();
  expect(items).toHaveLength(2);
  const saved = await world.api('PATCH', '/pages', {
    changes: [{ pageId: BAKERY, receiving: true, version: 1 }],
  });
  expect(saved.body).toEqual({ results: [{ pageId: BAKERY, ok: true }] });
  expect((await world.list()).items.find(({ id }) => id === BAKERY)).toMatchObject({
    receiving: { wanted: true, actual: 'on' },
    health: { state: 'waiting' },
  });
  const second = await connect(world, MARCUS, { pages: [BAKERY] });
  expect(second.status).toBe('succeeded');
});
