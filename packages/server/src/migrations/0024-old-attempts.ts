import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Attempts to connect Pages are forgotten some time after they ended; asked every 15 s. */
const statements = [
  'create index connect_attempt_over on connect_attempt (finished_at) where finished_at is not null',
];

export const oldAttempts: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
