import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

// The `traceparent` of what brought the event or the reply; null where nobody traces it.
const statements = [
  'alter table event add column trace text',
  'alter table reply add column trace text',
];

export const traces: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
