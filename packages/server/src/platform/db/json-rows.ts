import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Many rows as one parameter, to be joined or selected from as `j.value ->> 0`, `->> 1`, … : one
 * statement text whatever the number of rows, so that both engines prepare it once. Numbers need a
 * cast on PostgreSQL. Texts must be well-formed and without NUL.
 */
export function jsonRows(
  { engine }: Pick<Database, 'engine'>,
  rows: readonly (readonly (string | number | null)[])[],
): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return engine === 'sqlite'
    ? sql`json_each(${json}) as j`
    : sql`json_array_elements(cast(${json} as json)) as j(value)`;
}
