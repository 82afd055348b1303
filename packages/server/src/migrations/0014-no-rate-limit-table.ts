import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

// Tries are counted in `sign_in_tries` and `try_count`; better-auth's own table never had a row.
const statements = ['drop table auth_rate_limit'];

export const noRateLimitTable: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
