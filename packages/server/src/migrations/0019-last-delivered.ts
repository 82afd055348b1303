import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

// The last success of a destination. Beside the counts of the hour, which are written anyway: the
// destination's own row is read by every projector and shall not change a thousand times a second.
const statements = ['alter table delivery_hour add column last_delivered_at bigint'];

export const lastDelivered: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
