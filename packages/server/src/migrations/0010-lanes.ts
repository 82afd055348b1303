import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // 0: what people write; 1: receipts and echoes, which may wait while there is a backlog.
  'alter table event add column lane integer not null default 0',
  `create index event_new_lane on event (lane, id) where state = 'new'`,
  // The process of the release before finds its events by the new index as well.
  'drop index event_new',
];

export const lanes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
