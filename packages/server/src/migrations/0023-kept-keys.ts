import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

// Sealed: keys of what cannot be made anew with another secret key (platform/resealing/kept-keys.ts).
const statements = ['create table kept_key (purpose text primary key, sealed text not null)'];

export const keptKeys: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
