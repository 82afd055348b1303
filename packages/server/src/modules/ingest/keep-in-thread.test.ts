import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, isOutage } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import { testDatabase } from '../../test-support/database.ts';
import { createThreadedKeeper } from './keep-in-thread.ts';
import { createKeeper, type Keeper, type Post } from './keep-posts.ts';
import type { EventRow } from './store.ts';
import { bodyOf, keyOf, text } from './test-support/bench.ts';

const NOW = 1_795_350_100_000;

let db: Database;
let keeper: Keeper;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => {
  keeper = createThreadedKeeper(db);
});
afterEach(async () => {
  await keeper.close();
  await empty();
});

const empty = () =>
  db.transaction(async (tx) => {
    await sql`delete from event`.execute(tx);
  });

const post = (body: string, more: Partial<Post> = {}): Post => ({
  ...{
    gatewayId: 'gw_test',
    receivedAt: NOW,
    ageMs: 2,
    body: Buffer.from(body),
    trace: null,
    asBytes: false,
  },
  ...more,
});

async function rows() {
  const found = await sql<EventRow>`select * from event order by dedupe_key`.execute(db.read);
  return found.rows;
}

test('the other thread keeps what this one would keep, and says the same of it', async () => {
  const posts = [
    post(bodyOf([text('m_1', 'Привіт 👋'), text('m_2')])),
    post(bodyOf([text('m_2'), text('m_3')]), { trace: '00-a-b-01' }),
    post(bodyOf([text('m_1', 'something else')]), { receivedAt: NOW + 1_000 }),
    post('not JSON'),
    post('\0', { asBytes: true }),
  ];
  const outcome = async ({ keep }: Keeper) => {
    const { inserted, copies, conflicting } = await keep(posts);
    const stored = (await rows()).map(({ id: _id, ...row }) => row);
    await empty();
    const conflicts = conflicting.map(({ kind, pageId }) => ({ kind, pageId }));
    return { inserted: inserted.map((ids) => ids.length), copies, conflicts, stored };
  };
  const clock = { now: () => NOW };
  const ids = createIds({ clock, random: systemRandom });
  const here = await outcome(createKeeper({ db, nextId: () => ids.next('ev') }));
  expect(await outcome(keeper)).toEqual(here);
  expect(here).toMatchObject({ inserted: [2, 1, 0, 1, 1], copies: 2 });
});

test('ids carry the time of receipt, in the order of arrival', async () => {
  const { inserted } = await keeper.keep([
    post(bodyOf([text('m_1'), text('m_2')])),
    post(bodyOf([text('m_3')]), { receivedAt: NOW + 60_000 }),
  ]);
  const ids = inserted.flat();
  expect(ids).toEqual(ids.toSorted());
  const time = (id = '') => Number.parseInt(id.slice(3).replace('-', '').slice(0, 12), 16);
  expect(ids.map(time)).toEqual([NOW, NOW, NOW + 60_000]);
});

test('what the store refuses is an error, keeps nothing, and the next post is kept', async () => {
  await expect(
    keeper.keep([
      post(bodyOf([text('m_1')])),
      post(bodyOf([text('m_2')]), { gatewayId: null as never }),
    ]),
  ).rejects.toThrow();
  expect(await rows()).toEqual([]);
  await keeper.keep([post(bodyOf([text('m_1')]))]);
  expect(await rows()).toHaveLength(1);
});

test('each answer is of its own question, also where a later one fails first', async () => {
  const asked = Array.from({ length: 10 }, (_unused, index) => [
    keeper.keep([post(bodyOf([text(`m_${index}`)]))]),
    keeper.keep([post(bodyOf([text('m_refused')]), { gatewayId: null as never })]),
  ]);
  const outcomes = await Promise.allSettled(asked.flat());
  expect(outcomes.map(({ status }) => status)).toEqual(
    asked.flatMap(() => ['fulfilled', 'rejected']),
  );
  expect(await rows()).toHaveLength(10);
});

test('while it keeps, nobody here waits for the lock, and every transaction commits', async () => {
  const keeping = Array.from({ length: 20 }, (_unused, index) =>
    keeper.keep([post(bodyOf([text(`m_${index}`)]))]),
  );
  const writing = Array.from({ length: 20 }, () =>
    db.transaction((tx) => sql`update event set copies = copies`.execute(tx)),
  );
  await Promise.all([...keeping, ...writing]);
  expect(await rows()).toHaveLength(20);
});

test('posts of a thread that ends by itself fail, and the next post starts another', async () => {
  const location = { ...db.location, url: 'end' };
  const thread = new URL('./test-support/ending-thread.ts', import.meta.url);
  const own = createThreadedKeeper({ ...db, location }, thread);
  const keep = (mid: string) => own.keep([post(bodyOf([text(mid)]))]);
  const failing = Promise.allSettled([keep('m_1'), keep('m_2')]);
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  location.url = db.location.url;
  await keep('m_3');
  await keep('m_4');
  expect((await rows()).map((row) => row.dedupe_key)).toEqual(['m_3', 'm_4'].map(keyOf));
  await own.close();
});

test('while the database cannot be reached posts fail, and say why', async () => {
  const location = { url: 'postgres://nobody@127.0.0.1:1/nowhere', file: '' };
  const own = createThreadedKeeper({ ...db, location });
  await expect(own.keep([post(bodyOf([text('m_1')]))])).rejects.toThrow('ECONNREFUSED');
  await expect(own.keep([post(bodyOf([text('m_1')]))])).rejects.toThrow('ECONNREFUSED');
  await own.close();
});

test('an outage over there is known as one here', async () => {
  // A folder is no database, and nobody listens at port 1.
  const location = { url: db.engine === 'sqlite' ? '' : 'postgres://127.0.0.1:1/none', file: '/' };
  const lost = createThreadedKeeper({ location, whileNobodyWrites: (work) => work() });
  const error = await lost.keep([post(bodyOf([text('m_1')]))]).catch((thrown: unknown) => thrown);
  await lost.close();
  expect(isOutage(error)).toBe(true);
});
