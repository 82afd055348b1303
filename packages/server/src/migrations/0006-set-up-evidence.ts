import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What un-ticks a line of *Set up at Meta*, and the permissions that the last log-in was granted. */
const columns = [
  'deauthorize_problem text',
  'data_deletion_problem text',
  'api_access_problem text',
  'granted_scopes text',
  'granted_at bigint',
];

export const setUpEvidence: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of columns) {
      await db.executeQuery(CompiledQuery.raw(`alter table gateway add column ${column}`));
    }
  },
};
