import type { PageFinding } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  AISHA,
  actorOf,
  BAKERY,
  BOOKS,
  MARCUS,
  moveToOtherGateway,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const NOVA = '1080000000000103';
const DENTAL = '1080000000000106';
const TAXI = '1080000000000109';
const MUSEUM = '1080000000000110';
const NOBODY = '1080000000000999';

const find = async (world: World, page: string): Promise<PageFinding> => {
  const { status, body } = await world.api('GET', `/find-page?page=${encodeURIComponent(page)}`);
  expect(status).toBe(200);
  return body;
};

test('a Page that is connected here is named, with who holds it', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  expect(await find(world, `https://www.facebook.com/${BAKERY}`)).toMatchObject({
    finding: 'connected_here',
    page: { id: BAKERY, name: 'Riverside Bakery' },
    account: { name: 'Olena Kovalenko' },
  });
  expect(await find(world, 'riverside.bakery')).toMatchObject({ finding: 'connected_here' });
});

test('a Page of another gateway is named to those who may read gateways, and to nobody else', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await moveToOtherGateway(world, BOOKS);
  expect(await find(world, BOOKS)).toMatchObject({
    finding: 'connected_elsewhere',
    gateway: { id: 'gw_2', name: 'Other' },
  });
  const editor = actorOf('editor');
  world.signIn({ ...editor, permissions: new Set(['gateways:access', 'gateways:create']) });
  const told = await find(world, BOOKS);
  expect(told).toMatchObject({ finding: 'connectable', gateway: null });
  expect(JSON.stringify(told)).not.toContain('Other');
});

test('a Page that was not ticked is not visible, and once it was connected we know why', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  expect(await find(world, BOOKS)).toMatchObject({
    finding: 'not_visible',
    page: { id: BOOKS, name: null },
    account: { name: 'Olena Kovalenko' },
  });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await connect(world, OLENA, { pages: [BAKERY] });
  expect(await find(world, BOOKS)).toMatchObject({
    finding: 'not_ticked',
    page: { id: BOOKS, name: 'Blue Door Books' },
    removedAt: world.clock.at,
  });
});

test('with access to all Pages, one that is not visible means no role on it', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: 'all' });
  expect(await find(world, NOVA)).toMatchObject({
    finding: 'no_role',
    account: { name: 'Marcus Webb' },
  });
});

test('a Page of a portfolio is recognised while the tick box is off', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  expect(await find(world, DENTAL)).toMatchObject({
    finding: 'portfolio',
    page: { name: 'Harbour Dental' },
  });
});

test('a ticked Page that cannot be connected comes with the reason', async () => {
  const world = await startWorld();
  await connect(world, AISHA, { pages: [TAXI, MUSEUM] });
  expect(await find(world, MUSEUM)).toMatchObject({
    finding: 'not_connectable',
    reason: 'cannot_reply',
  });
  world.emulator.state.pages[MUSEUM] = {
    ...(world.emulator.state.pages[MUSEUM] ?? missing()),
    isPublished: false,
  };
  expect(await find(world, MUSEUM)).toMatchObject({ reason: 'unpublished' });
});

test('a declined permission is named', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS], decline: ['pages_messaging'] });
  expect(await find(world, BOOKS)).toMatchObject({
    finding: 'declined',
    permissions: ['pages_messaging'],
  });
});

test('several accounts are asked, and the most helpful answer comes first', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, AISHA, { pages: [TAXI, MUSEUM] });
  const found = await find(world, MUSEUM);
  expect(found.account?.name).toBe('Aisha Rahman');
  expect(found.asked.map(({ name, finding }) => `${name}: ${finding}`)).toEqual([
    'Aisha Rahman: not_connectable',
    'Marcus Webb: not_visible',
  ]);
});

test('what does not exist, is no address, or is a name Meta does not tell', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  expect(await find(world, NOBODY)).toMatchObject({ finding: 'not_found' });
  expect(await find(world, 'Riverside Bakery')).toMatchObject({ finding: 'not_an_address' });
  expect(await find(world, 'nobody.knows.it')).toMatchObject({ finding: 'name_unknown' });
});

test('without an account there is nobody to ask with', async () => {
  const world = await startWorld();
  expect(await find(world, BAKERY)).toMatchObject({ finding: 'no_account', asked: [] });
});

test('a dead access says who must log in again; no answer is no answer', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.faults.set('token_death', { subcode: 460 });
  expect(await find(world, BOOKS)).toMatchObject({ finding: 'login_over' });
  world.emulator.faults.clear('token_death');
  world.emulator.faults.set('graph_html');
  const found = await find(world, BOOKS);
  expect(found.finding).toBe('unknown');
  expect(found.problem ?? found.asked[0]?.problem).toMatchObject({ message: expect.any(String) });
});

test('finding changes nothing, here or at Meta', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  const before = JSON.stringify([await world.list(), world.emulator.state.grants]);
  for (const page of [BAKERY, DENTAL, NOBODY, TAXI]) {
    await find(world, page);
  }
  expect(JSON.stringify([await world.list(), world.emulator.state.grants])).toBe(before);
});

test('who may not connect may not ask; too much and too often is refused', async () => {
  const world = await startWorld();
  world.signIn(actorOf('viewer'));
  expect((await world.api('GET', `/find-page?page=${BAKERY}`)).status).toBe(403);
  world.signIn(actorOf('editor'));
  expect((await world.api('GET', '/find-page')).status).toBe(400);
  const statuses = [];
  for (let tries = 0; tries < 21; tries += 1) {
    statuses.push((await world.api('GET', '/find-page?page=x')).status);
  }
  expect(statuses.at(-1)).toBe(429);
});

test('who holds which Pages is told to those who may read', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await connect(world, MARCUS, { pages: [BAKERY] });
  world.signIn(actorOf('viewer'));
  expect((await world.api('GET', '/accounts')).body).toMatchObject({
    total: 2,
    accounts: [
      { name: 'Olena Kovalenko', count: 2, pages: [{ name: 'Blue Door Books' }, { id: BAKERY }] },
      { name: 'Marcus Webb', count: 1, pages: [{ id: BAKERY }] },
    ],
  });
  world.signIn(actorOf('agent'));
  expect((await world.api('GET', '/accounts')).status).toBe(403);
});

function missing(): never {
  throw new Error('The stand-in for Meta lacks this Page.');
}
