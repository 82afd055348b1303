import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database, Executor } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import { testDatabase } from '../../test-support/database.ts';
import { createKeeper, type Post } from './keep-posts.ts';
import type { EventRow } from './store.ts';
import { bodyOf, keyOf, text } from './test-support/bench.ts';

const NOW = 1_795_350_100_000;

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() =>
  db.transaction(async (tx) => {
    await sql`delete from event`.execute(tx);
  }),
);

const postOf = (...mids: string[]): Post => ({
  ...{ gatewayId: 'gw_test', receivedAt: NOW, ageMs: 2, trace: null, asBytes: false },
  body: Buffer.from(bodyOf(mids.map((mid) => text(mid)))),
});

async function rows() {
  const found = await sql<EventRow>`select * from event order by dedupe_key`.execute(db.read);
  return found.rows;
}

function keeperOn(
  transaction: (work: (tx: Executor) => Promise<unknown>) => Promise<unknown>,
  bulkInsert = db.bulkInsert,
) {
  const ids = createIds({ clock: { now: () => NOW }, random: systemRandom });
  const own = { ...db, bulkInsert, transaction: transaction as Database['transaction'] };
  return createKeeper({ db: own, nextId: () => ids.next('ev') });
}

const roundTrip = (executor: Executor) => sql`select 1`.execute(executor);

test('later posts are stored while those before are being committed, and committed after them', async () => {
  const seen: string[] = [];
  const secondInserted = Promise.withResolvers<void>();
  let begun = 0;
  let insertions = 0;
  const { keep } = keeperOn(
    (work) => {
      begun += 1;
      const number = begun;
      return db
        .transaction(async (tx) => {
          seen.push(`${number} begins`);
          const result = await work(tx);
          seen.push(`${number} is stored`);
          if (number === 1 && db.engine === 'postgres') {
            await secondInserted.promise;
            // Time enough for the other one to commit, if it may.
            await roundTrip(tx).then(() => roundTrip(tx));
          }
          return result;
        })
        .finally(() => seen.push(`${number} ends`));
    },
    async (tx, insert) => {
      insertions += 1;
      const number = insertions;
      // Time enough for the other one to begin, if it may.
      await roundTrip(tx).then(() => roundTrip(tx));
      const skipped = await db.bulkInsert(tx, insert);
      if (number === 2) {
        secondInserted.resolve();
      }
      return skipped;
    },
  );
  // Two connections that are open already.
  await Promise.all([roundTrip(db.read), roundTrip(db.read)]);
  await Promise.all([keep([postOf('m_1')]), keep([postOf('m_2')])]);
  expect(seen).toEqual(
    // SQLite has one writer.
    db.engine === 'sqlite'
      ? ['1 begins', '1 is stored', '1 ends', '2 begins', '2 is stored', '2 ends']
      : ['1 begins', '1 is stored', '2 begins', '1 ends', '2 is stored', '2 ends'],
  );
});

test('posts under way that say the same do not wait for each other', async () => {
  const { keep } = keeperOn(db.transaction);
  const kept = [keep([postOf('m_2', 'm_1')]), keep([postOf('m_1', 'm_2', 'm_3')])];
  expect((await Promise.all(kept)).map(({ copies }) => copies)).toEqual([0, 2]);
  expect((await rows()).map(({ copies }) => copies)).toEqual([2, 2, 1]);
});

test('posts that cannot be kept do not keep out those behind them', async () => {
  let isBroken = true;
  const { keep } = keeperOn((work) => {
    const isFirst = isBroken;
    isBroken = false;
    return isFirst ? Promise.reject(new Error('broken')) : db.transaction(work);
  });
  const [first, second] = await Promise.allSettled([keep([postOf('m_1')]), keep([postOf('m_2')])]);
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
  expect(await rows()).toMatchObject([{ dedupe_key: keyOf('m_2') }]);
});

test('a transaction that is run again counts no copy twice', async () => {
  const { keep } = keeperOn(async (work) => {
    const undone = db.transaction(async (tx) => {
      await work(tx);
      throw new Error('a deadlock');
    });
    await undone.catch(() => undefined);
    return db.transaction(work);
  });
  await keep([postOf('m_1', 'm_1')]);
  expect(await rows()).toMatchObject([{ dedupe_key: keyOf('m_1'), copies: 2 }]);
});
