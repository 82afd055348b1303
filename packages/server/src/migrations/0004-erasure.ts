import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // A person's data on its way out. What is here is finished, whatever dies in between.
  `create table erasure (
    conversation_id text primary key, contact_id text not null,
    gateway_id text not null, page_id text not null, requested_at bigint not null)`,
  'create index erasure_requested on erasure (requested_at)',
  // 1 from the moment of the request: not shown any more, and no message is added.
  'alter table conversation add column erasing integer not null default 0',
  // Days; null is the default of this installation for events, and "until deleted" for conversations.
  'alter table gateway add column keep_events_days integer',
  'alter table gateway add column keep_conversations_days integer',
];

export const erasure: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
