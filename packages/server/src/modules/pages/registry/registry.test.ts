import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Executor } from '../../../platform/db/index.ts';
import { connect } from '../test-support/log-in.ts';
import {
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const inTransaction = (world: World, work: (tx: Executor) => Promise<unknown>) =>
  world.db.transaction(work);

test('the list is searched by name and id, with a wildcard, in any script and case', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  const found = async (search: string) =>
    (await world.list(`?search=${encodeURIComponent(search)}`)).items.map(({ name }) => name);
  expect(await found('BAKERY')).toEqual(['Riverside Bakery']);
  expect(await found('КАВ’ЯРНЯ')).toEqual(['Кав’ярня «Затишок»']);
  expect(await found('blue*books')).toEqual(['Blue Door Books']);
  expect(await found('النخيل')).toHaveLength(1);
  expect(await found(BAKERY.slice(-4))).toEqual(['Riverside Bakery']);
  expect(await found('%')).toEqual([]);
  expect(await found('_')).toEqual([]);
  expect(await found("'; drop table page; --")).toEqual([]);
});

test('any order and page size give every Page once', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  await connect(world, MARCUS, { pages: 'all' });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BOOKS, receiving: true }] });
  const whole = await world.list('?limit=500');
  expect(whole.items).toHaveLength(whole.total ?? 0);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('attention', 'name', '-name'),
      fc.integer({ min: 1, max: 9 }),
      async (sort, limit) => {
        const ids: string[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page: Awaited<ReturnType<World['list']>> = await world.list(
            `?sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
          );
          ids.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        expect(ids.toSorted()).toEqual(whole.items.map(({ id }) => id).toSorted());
      },
    ),
    { numRuns: 12 },
  );
});

const cases = [0, 1].flatMap((wanted) =>
  ['on', 'off', 'partial', 'unknown'].flatMap((actual) =>
    [null, '{"message":"p"}'].flatMap((problem) =>
      [null, '{"message":"r","code":200}'].flatMap((refused) =>
        ['valid', 'invalid', 'unknown'].flatMap((token) =>
          [null, 5].map((at) => ({ wanted, actual, problem, refused, token, at })),
        ),
      ),
    ),
  ),
);

function expectedState({ wanted, actual, problem, refused, token, at }: (typeof cases)[number]) {
  const isReached = actual === (wanted === 1 ? 'on' : 'off');
  const states = [
    ['needs_login', token === 'invalid'],
    ['needs_repair', refused !== null || (!isReached && actual !== 'unknown')],
    ['unknown', problem !== null || actual === 'unknown'],
    ['receiving_off', wanted === 0],
    ['waiting', at === null],
    ['live', true],
  ] as const;
  return states.find(([, holds]) => holds)?.[0];
}

test('the state of a Page is the most urgent of all that hold', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  for (const one of cases) {
    await inTransaction(world, async (tx) => {
      await sql`update page set wanted = ${one.wanted}, actual = ${one.actual},
        problem = ${one.problem}, receiving_problem = ${one.refused},
        last_event_at = ${one.at}`.execute(tx);
      await sql`update page_grant set token_state = ${one.token}`.execute(tx);
    });
    const [page] = (await world.list()).items;
    expect(page?.health.state, JSON.stringify(one)).toBe(expectedState(one));
    expect((await world.list(`?state=${page?.health.state}`)).total).toBe(1);
  }
});

test('what needs attention comes first', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: 'all' });
  const all = (await world.list()).items.map(({ id }) => id);
  const [first = '', second = ''] = all.toReversed();
  await inTransaction(world, async (tx) => {
    await sql`update page set actual = 'unknown' where page_id = ${second}`.execute(tx);
    await sql`update page_grant set token_state = 'invalid' where page_id = ${first}`.execute(tx);
  });
  const { items } = await world.list();
  expect(items.slice(0, 3).map(({ health }) => health.state)).toEqual([
    'needs_login',
    'unknown',
    'receiving_off',
  ]);
});

test('counts per gateway: Pages, receiving, needing attention', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BOOKS, receiving: true }] });
  await inTransaction(world, async (tx) => {
    await sql`update page_grant set token_state = 'invalid' where page_id = ${BAKERY}`.execute(tx);
  });
  const counted = await world.pages.counts(world.db.read, [world.app.id, 'gw_none']);
  expect(counted.get(world.app.id)).toEqual({ count: 2, receiving: 1, needAttention: 1 });
  expect(counted.get('gw_none')).toEqual({ count: 0, receiving: 0, needAttention: 0 });
});

test('the accounts of a Page are found by name, the active one first', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.clock.at += 1_000;
  await connect(world, MARCUS, { pages: [BAKERY] });
  const accounts = async (search = '') =>
    (await world.api('GET', `/pages/${BAKERY}/accounts?search=${search}`)).body;
  expect((await accounts()).items).toMatchObject([
    {
      name: 'Marcus Webb',
      kind: 'person',
      active: true,
      grantedAt: world.clock.at,
      token: { state: 'valid', problem: null },
      tasks: expect.arrayContaining(['MESSAGING']),
    },
    { name: 'Olena Kovalenko', active: false },
  ]);
  expect((await accounts('KOVAL')).items).toHaveLength(1);
  expect((await accounts('nobody')).items).toEqual([]);
  expect((await world.api('GET', '/pages/404/accounts')).status).toBe(404);
});

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
const pictures: [string, Buffer, number, string | undefined][] = [
  ['a PNG', PNG, 200, 'image/png'],
  ['a JPEG', Buffer.from('ffd8ffe000', 'hex'), 200, 'image/jpeg'],
  ['a GIF', Buffer.from('GIF89a...'), 200, 'image/gif'],
  ['a WebP', Buffer.from('RIFF....WEBPVP8 '), 200, 'image/webp'],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 200, undefined],
  ['an HTML page', Buffer.from('<html>'), 200, undefined],
  ['a missing picture', PNG, 404, undefined],
  ['a picture over 1 MiB', Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]), 200, undefined],
];

test.each(pictures)(
  '%s is served as what it is, or not at all',
  async (_about, body, code, type) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(code, { 'content-type': 'image/svg+xml' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const world = await startWorld();
      await connect(world, OLENA, { pages: [BAKERY] });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture`;
      await inTransaction(world, async (tx) => {
        await sql`update page set picture_url = ${url}`.execute(tx);
      });
      const path = (await world.list()).items[0]?.pictureUrl ?? '';
      expect(path).toMatch(/^\/api\/v1\/gateways\/gw_1\/pages\/\d+\/picture\?v=[\w-]{8}$/);
      const first = await world.server.inject({ url: path });
      const second = await world.server.inject({ url: path });
      expect(first.statusCode).toBe(type ? 200 : 404);
      expect(asked).toBe(type ? 1 : 2);
      if (type) {
        expect(first.rawPayload).toEqual(body);
        expect(first.headers).toMatchObject({
          'content-type': type,
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, max-age=86400',
          'content-security-policy': "default-src 'none'; sandbox",
        });
        expect(second.rawPayload).toEqual(body);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

test('a picture at an inner address is not fetched', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await inTransaction(world, async (tx) => {
    await sql`update page set picture_url = 'http://169.254.169.254/latest/meta-data'`.execute(tx);
  });
  const { status } = await world.api('GET', `/pages/${BAKERY}/picture`);
  expect(status).toBe(404);
  expect(world.lines.join('')).toContain('"outcome":"blocked"');
});

test('the picture of an account is served from our own origin too', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const { body } = await world.api('GET', `/pages/${BAKERY}/accounts`);
  const { reply } = await world.api('GET', '/accounts/1220000000000501/picture');
  expect(body.items[0].pictureUrl).toContain('/accounts/1220000000000501/picture');
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toMatch(/^image\//);
});
