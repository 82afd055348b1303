import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // One row per file of a message. No foreign key: the message's module does not wait for this one.
  `create table attachment (
    id text primary key, gateway_id text not null, conversation_id text not null,
    message_id text not null, position integer not null,
    kind text not null, url text not null, title text,
    state text not null constraint attachment_state check (state in ('pending', 'stored', 'failed', 'too_large', 'expired', 'blocked')),
    reason text, attempts integer not null, next_at bigint, claim text,
    storage text constraint attachment_storage check (storage in ('disk', 's3')), object_key text,
    sha256 text, bytes bigint, media_type text, shown text, name text,
    created_at bigint not null, settled_at bigint,
    constraint attachment_place unique (message_id, position))`,
  'create index attachment_due on attachment (next_at) where next_at is not null',
  'create index attachment_conversation on attachment (conversation_id)',
  // Files to remove once they are due: those of erased rows, and, written before a file is put, the
  // one that a process may leave behind when it dies.
  `create table attachment_removal (
    object_key text primary key,
    storage text not null constraint attachment_removal_storage check (storage in ('disk', 's3')),
    due_at bigint not null)`,
  'create index attachment_removal_due on attachment_removal (due_at)',
];

export const attachments: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
