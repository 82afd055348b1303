import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../db/index.ts';
import type { SealedColumn } from '../seal.ts';

/** The key id in a sealed text, `s1.<key id>.…`; a grant without a token is an empty text. */
const keyIdOf = (column: string) => sql<string>`substr(${sql.ref(column)}, 4, 8)`;
const list = (parts: readonly unknown[]) => sql.join(parts);

/** How many values stand under each key. */
export async function countByKey(
  db: Executor,
  { table, column }: SealedColumn,
): Promise<{ keyId: string; count: number }[]> {
  const { rows } = await sql<{ key_id: string; count: number | string }>`
    select ${keyIdOf(column)} as key_id, count(*) as count from ${sql.table(table)}
    where ${sql.ref(column)} <> '' group by 1 order by 1`.execute(db);
  return rows.map(({ key_id, count }) => ({ keyId: key_id, count: Number(count) }));
}

export type SealedRow = Readonly<Record<string, string>>;

/** Rows whose value stands under one of these keys, by the columns that name them. */
export async function selectUnderKeys(
  db: Executor,
  { table, column, key }: SealedColumn,
  {
    keyIds,
    after,
    limit,
  }: { keyIds: readonly string[]; after: SealedRow | undefined; limit: number },
): Promise<readonly SealedRow[]> {
  const names = list(key.map((name) => sql.ref(name)));
  const beyond: RawBuilder<unknown> = after
    ? sql`and (${names}) > (${list(key.map((name) => after[name]))})`
    : sql``;
  const { rows } = await sql<SealedRow>`
    select ${names}, ${sql.ref(column)} from ${sql.table(table)}
    where ${keyIdOf(column)} in (${list(keyIds)}) ${beyond}
    order by ${names} limit ${limit}`.execute(db);
  return rows;
}

/** False when the value has changed since it was read: then whoever changed it sealed it. */
export async function replaceSealed(
  tx: Executor,
  { table, column, key }: SealedColumn,
  { row, sealed }: { row: SealedRow; sealed: string },
): Promise<boolean> {
  const named = key.map((name) => sql`${sql.ref(name)} = ${row[name]}`);
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
    where ${sql.join(named, sql` and `)} and ${sql.ref(column)} = ${row[column]}`.execute(tx);
  return numAffectedRows === 1n;
}

type Tables = { kept_key: { purpose: string; sealed: string } };

export async function readKeptKeys(db: Executor): Promise<Tables['kept_key'][]> {
  return db.withTables<Tables>().selectFrom('kept_key').selectAll().execute();
}

/** The first process wins. */
export async function insertKeptKeys(tx: Executor, rows: readonly Tables['kept_key'][]) {
  await tx
    .withTables<Tables>()
    .insertInto('kept_key')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Those that are as they were read. */
export async function deleteKeptKeys(
  tx: Executor,
  rows: readonly Tables['kept_key'][],
): Promise<void> {
  for (const { purpose, sealed } of rows) {
    await tx
      .withTables<Tables>()
      .deleteFrom('kept_key')
      .where('purpose', '=', purpose)
      .where('sealed', '=', sealed)
      .execute();
  }
}
