import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Database, Executor } from './index.ts';
import { holdLease, takeLease } from './lease.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});

const leaseRow = (name: string) =>
  sql<{ token: string }>`select token from lease where name = ${name}`;

test('a transaction that throws leaves nothing behind', async () => {
  await expect(
    db.transaction(async (tx) => {
      await sql`insert into lease (name, token, expires_at) values ('gone', 'x', 1)`.execute(tx);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect((await leaseRow('gone').execute(db.read)).rows).toEqual([]);
});

test('inside a transaction every other executor throws', async () => {
  await expect(
    db.transaction(async () => {
      await leaseRow('any').execute(db.read);
    }),
  ).rejects.toThrow('Inside a transaction only its own executor may be used');
  await expect(db.transaction(() => db.transaction(async () => 1))).rejects.toThrow(
    'Inside a transaction',
  );
});

test('an executor that was refused works again after the transaction', async () => {
  await db.transaction(() => leaseRow('any').execute(db.read)).catch(() => undefined);
  expect((await leaseRow('any').execute(db.read)).rows).toEqual([]);
});

test('transactions started together take turns and all commit', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_unused, index) =>
      db.transaction(async (tx) => {
        await sql`insert into lease (name, token, expires_at) values (${`turn-${index}`}, 'x', 1)`.execute(
          tx,
        );
      }),
    ),
  );
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from lease where name like 'turn-%'`.execute(db.read);
  expect(rows).toEqual([{ n: 20 }]);
});

test('an error of the database leads to whoever asked', async () => {
  const asked = sql`select * from nowhere`.execute(db.read);
  await expect(asked).rejects.toHaveProperty('stack', expect.stringContaining('database.test.ts'));
});

test('a bulk insert skips what is there and says so', async () => {
  const insert = {
    table: 'lease',
    columns: { name: 'text', token: 'text', expires_at: 'bigint' },
    skipConflictsOn: ['name'],
    id: 'name',
  } as const;
  await db.transaction((tx) => db.bulkInsert(tx, { ...insert, rows: [['b1', 'x', 1]] }));
  const skipped = await db.transaction((tx) =>
    db.bulkInsert(tx, {
      ...insert,
      rows: [
        ['b1', 'y', 2],
        ['b2', 'y', 2],
      ],
    }),
  );
  expect([...skipped]).toEqual(['b1']);
});

test('a lease passes on when it runs out, and its old holder is fenced off', async () => {
  const lease = { name: 'projector', durationMs: 1_000 };
  const take = (token: string, now: number) =>
    db.transaction((tx) => takeLease(tx, { ...lease, token, now }));
  expect(await take('a', 0)).toBe(true);
  expect(await take('b', 999)).toBe(false);
  expect(await take('a', 999)).toBe(true);
  expect(await take('b', 1_999)).toBe(true);
  expect(await db.transaction((tx) => holdLease(tx, { name: 'projector', token: 'a' }))).toBe(
    false,
  );
  expect(await db.transaction((tx) => holdLease(tx, { name: 'projector', token: 'b' }))).toBe(true);
});

test('a lease taken by a clock that was an hour ahead is free once the clock is right', async () => {
  const lease = { name: 'jump', durationMs: 1_000 };
  const take = (token: string, now: number) =>
    db.transaction((tx) => takeLease(tx, { ...lease, token, now }));
  const hour = 3_600_000;
  expect(await take('ahead', 2 * hour)).toBe(true);
  expect(await take('right', hour)).toBe(true);
  expect(await take('ahead', hour)).toBe(false);
});

test('only what is repeatable leaves the disk to the next commit, even when it fails', async () => {
  const setting = async (tx: Executor) => {
    const statement =
      db.engine === 'sqlite'
        ? sql<{ found: number | string }>`select synchronous as found from pragma_synchronous`
        : sql<{ found: number | string }>`select current_setting('synchronous_commit') as found`;
    return (await statement.execute(tx)).rows[0]?.found;
  };
  const [waits, leaves] = db.engine === 'sqlite' ? [2, 1] : ['on', 'on'];
  expect(await db.transaction(setting)).toBe(waits);
  expect(await db.transaction(setting, { repeatable: true })).toBe(leaves);
  const failing = db.transaction(() => Promise.reject(new Error('no')), { repeatable: true });
  const [, after] = await Promise.all([failing.catch(() => undefined), db.transaction(setting)]);
  expect(after).toBe(waits);
});
