import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Many rows as one parameter, to be joined or selected from as `j.value ->> 0`, `->> 1`, … : one
 * statement text whatever the number of rows, so that both engines prepare it once. Numbers need a
 * cast on PostgreSQL. Texts must be without NUL; half of a surrogate pair becomes U+FFFD, as it does
 * in a parameter.
 */
export function jsonRows({ engine }: Pick<Database, 'engine'>, rows: Rows): RawBuilder<unknown> {
  const json = toJson(rows);
  return engine === 'sqlite'
    ? sql`json_each(${json}) as j`
    : // Without the limit PostgreSQL plans for a hundred rows, and reads a small table whole for one.
      sql`(select * from json_array_elements(cast(${json} as json)) limit ${rows.length}) as j(value)`;
}

type Rows = readonly (readonly (string | number | null)[])[];

/** PostgreSQL refuses half pairs, which JSON.stringify writes as `\ud83d`. */
function toJson(rows: Rows): string {
  const json = JSON.stringify(rows);
  return json.includes('\\ud')
    ? JSON.stringify(rows, (_key, value: unknown) =>
        typeof value === 'string' ? value.toWellFormed() : value,
      )
    : json;
}
