import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import { causeOutage } from '../../test-support/outage.ts';
import { type Database, type Executor, isOutage } from './index.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});

const errorOf = (work: (tx: Executor) => Promise<unknown>) =>
  db.transaction(work).then(
    () => undefined,
    (error: unknown) => error,
  );

test('a database that cannot work is told from a row that it refuses', async () => {
  expect(isOutage(await errorOf((tx) => causeOutage(db, tx)))).toBe(true);
  const refused = [sql`insert into meta_app (id) values (null)`, sql`select nobody from nowhere`];
  for (const statement of refused) {
    const error = await errorOf((tx) => statement.execute(tx));
    expect(error).toBeInstanceOf(Error);
    expect(isOutage(error)).toBe(false);
  }
  expect(await errorOf((tx) => sql`select 1`.execute(tx))).toBeUndefined();
});

test.each([
  [{ errcode: 13 }, true],
  // SQLITE_IOERR_WRITE: the primary code is in the low byte.
  [{ errcode: 778 }, true],
  [{ errcode: 19 }, false],
  [{ code: '53100' }, true],
  [{ code: '57P01' }, true],
  [{ code: '23505' }, false],
  [{ code: 'ECONNREFUSED' }, true],
  [{ message: 'Connection terminated unexpectedly' }, true],
  [{ message: 'Client has encountered a connection error and is not queryable' }, true],
  [{ message: 'Cannot read properties of undefined' }, false],
])('%j', (properties, expected) => {
  expect(isOutage(Object.assign(new Error('It failed.'), properties))).toBe(expected);
});
