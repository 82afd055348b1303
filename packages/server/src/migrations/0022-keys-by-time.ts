import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keys of events begin with their time, and the index with the keys (docs/adr/0032). */
const statements = [
  // As near as columns tell; receipts, whose time is a watermark, may be kept once more, which says
  // nothing new. The keys of conflicting copies have no time.
  `update event set dedupe_key = sent_at || ' ' || dedupe_key
    where sent_at is not null and dedupe_key not like 'x %'`,
  'create unique index event_identity on event (dedupe_key, page_id, gateway_id)',
  'drop index event_dedupe',
];

export const keysByTime: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
