import { largePerson, largeSeed } from '@chatgate/meta-emulator';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import { prepareWorlds, startWorld } from '../test-support/world.ts';

prepareWorlds();

const PETRA = largePerson().email;

test('500 Pages, three of them unreadable, cost at most 60 requests and 1,100 calls', async () => {
  const world = await startWorld({ seed: largeSeed(500, { unreadable: [3, 250, 499] }) });
  const ids = Object.keys(world.emulator.state.pages).filter((id) => id.startsWith('109'));
  world.emulator.resetUsage();
  const attempt = await connect(world, PETRA, { pages: ids });
  const usage = world.emulator.usage();
  expect(attempt).toMatchObject({ status: 'succeeded', complete: true, read: { pages: 500 } });
  expect(attempt.added).toHaveLength(497);
  expect(attempt.notConnectable.map(({ reason }) => reason)).toEqual(
    Array(3).fill('two_factor_required'),
  );
  expect(attempt.read.requests).toBe(usage.requests);
  expect(usage.requests).toBeLessThanOrEqual(60);
  expect(usage.countedCalls).toBeLessThanOrEqual(1_100);
  expect(usage.byTokenKind.app).toBeLessThanOrEqual(20);
});

test.each(['null', '500', 'error'])(
  'the budget holds when the three are unreadable as %s',
  async (as) => {
    const world = await startWorld({ seed: largeSeed(500) });
    const ids = Object.keys(world.emulator.state.pages).filter((id) => id.startsWith('109'));
    world.emulator.faults.set('page_unreadable', {
      as,
      pages: [ids[7] ?? '', ids[8] ?? '', ids[480] ?? ''],
    });
    world.emulator.resetUsage();
    const attempt = await connect(world, PETRA, { pages: ids });
    expect(attempt.added).toHaveLength(497);
    expect(attempt.complete).toBe(as === 'error');
    expect(world.emulator.usage().requests).toBeLessThanOrEqual(60);
    expect(world.emulator.usage().countedCalls).toBeLessThanOrEqual(1_100);
  },
);

test.each(['error', 'cut'])(
  'of a list whose second page fails (%s) the first is used and nothing removed',
  async (as) => {
    const world = await startWorld({ seed: largeSeed(150) });
    await connect(world, PETRA, { pages: 'all' });
    world.emulator.faults.set('accounts_next_fails', { as });
    const attempt = await connect(world, PETRA, { pages: 'all' });
    expect(attempt).toMatchObject({ complete: false, removed: [], added: [] });
    expect(attempt.kept).toHaveLength(100);
    expect((await world.list()).total).toBe(150);
  },
);

test('Meta answering nothing fails the attempt instead of hanging', async () => {
  const world = await startWorld();
  world.emulator.faults.set('graph_hang', { ms: 4_000 });
  const attempt = await connect(world, 'olena@example.test', { pages: 'all' });
  expect(attempt).toMatchObject({ status: 'failed', error: { code: 'meta_unreachable' } });
});
