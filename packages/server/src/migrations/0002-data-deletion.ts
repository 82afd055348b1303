import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Names nobody: the person is a hash with a key that is not in the database.
  `create table data_deletion (
    code text primary key, gateway_id text not null references gateway (id),
    person_hash text not null,
    outcome text not null constraint data_deletion_outcome check (outcome in ('erased', 'nothing_stored')),
    issued_at bigint not null, received_at bigint not null,
    constraint data_deletion_request unique (gateway_id, person_hash, issued_at))`,
  // Whose token a removed Page is unsubscribed with, so that it can be erased with its account.
  'alter table page_unsubscription add column account_id text',
];

export const dataDeletion: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
