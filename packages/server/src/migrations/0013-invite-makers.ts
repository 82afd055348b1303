import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // The person whose rights bound the invite. The release before leaves it empty, as for keys of
  // the command line: then nobody's rights bound it.
  'alter table connect_invite add column created_by_id text',
];

export const inviteMakers: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
