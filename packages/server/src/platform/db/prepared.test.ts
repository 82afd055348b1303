import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Executor } from './index.ts';
import { jsonRows } from './json-rows.ts';
import { createPrepared } from './prepared.ts';

const TIMES = 40;

test('a statement that is asked often has a name, and it stays the same', () => {
  const prepared = createPrepared();
  expect(prepared.nameOf('select 1')).toBeUndefined();
  const names = askOften(() => prepared.nameOf('select 1'));
  expect(new Set(names.slice(TIMES / 2)).size).toBe(1);
  expect(names.at(-1)).toBeDefined();
});

test('one that is forgotten gets another name, never one that was given', () => {
  const prepared = createPrepared();
  const [first] = askOften(() => prepared.nameOf('select 1')).slice(-1);
  prepared.forget('select 1');
  const [second] = askOften(() => prepared.nameOf('select 1')).slice(-1);
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
});

test('however many statements there are, few are prepared', () => {
  const prepared = createPrepared();
  const names = new Set<string | undefined>();
  for (let index = 0; index < 3_000; index += 1) {
    askOften(() => names.add(prepared.nameOf(`select ${index}`)));
  }
  expect(names.size).toBeLessThan(150);
});

test('statements asked once each keep no other from its name', () => {
  const prepared = createPrepared();
  for (let index = 0; index < 3_000; index += 1) {
    prepared.nameOf(`select ${index}`);
  }
  expect(askOften(() => prepared.nameOf('select often')).at(-1)).toBeDefined();
});

const db = await testDatabase();
const isPostgres = db.engine === 'postgres';

test.runIf(isPostgres)('a table that changes meanwhile disturbs nobody', async () => {
  await sql`create table changing (id text primary key)`.execute(db.unmanaged);
  await sql`insert into changing values ('a')`.execute(db.unmanaged);
  const ask = (executor: Executor) =>
    sql`select * from changing where id = ${'a'}`.execute(executor);
  await askOftenAndWait(() => ask(db.read));
  await sql`alter table changing add column one text`.execute(db.unmanaged);
  expect((await ask(db.read)).rows).toEqual([{ id: 'a', one: null }]);

  await askOftenAndWait(() => db.transaction(ask));
  await sql`alter table changing add column two text`.execute(db.unmanaged);
  expect((await db.transaction(ask)).rows).toEqual([{ id: 'a', one: null, two: null }]);
});

test.runIf(isPostgres)('plans are made for what a table holds now', async () => {
  await sql`create table growing (id text primary key)`.execute(db.unmanaged);
  const kept = await db.transaction(async (tx) => {
    await askOftenAndWait(() =>
      sql`select id from ${jsonRows(db, [['a']])} cross join growing where id = j.value ->> 0`.execute(
        tx,
      ),
    );
    const { rows } = await sql<{ custom: number; generic: number }>`
      select custom_plans as custom, generic_plans as generic from pg_prepared_statements
      where statement like '%growing where id%'`.execute(tx);
    return rows[0];
  });
  expect(kept?.custom).toBeGreaterThan(0);
  expect(kept?.generic).toBe(0);
});

const askOften = <T>(ask: () => T): T[] => Array.from({ length: TIMES }, ask);

async function askOftenAndWait(ask: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < TIMES; time += 1) {
    await ask();
  }
}
