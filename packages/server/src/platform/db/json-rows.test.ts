import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Database } from './index.ts';
import { jsonRows } from './json-rows.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});

async function through(texts: readonly string[]): Promise<string[]> {
  const rows = jsonRows(
    db,
    texts.map((text) => [text]),
  );
  const found = await sql<{ text: string }>`select j.value ->> 0 as text from ${rows}`.execute(
    db.read,
  );
  return found.rows.map(({ text }) => text);
}

test('texts come through as they are, whatever people write', async () => {
  const texts = ['Привіт 👋🏽', 'it\'s \\ud83d "quoted"', 'line\nbreak\u2028', ''];
  expect(await through(texts)).toEqual(texts);
});

test('half a surrogate pair becomes the sign of something unreadable', async () => {
  expect(await through(['a \ud83d b', '👋'])).toEqual(['a \ufffd b', '👋']);
});

test('PostgreSQL plans for as many rows as there are', async ({ skip }) => {
  skip(db.engine !== 'postgres');
  const planned = async (rows: number) => {
    const values = Array.from({ length: rows }, (_, index) => [index]);
    const { rows: plans } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
      explain (format json) select * from ${jsonRows(db, values)}`.execute(db.read);
    return plans[0]?.['QUERY PLAN'][0].Plan['Plan Rows'];
  };
  expect(await planned(1)).toBe(1);
  expect(await planned(64)).toBe(64);
});
