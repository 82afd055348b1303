import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table role (
    id text primary key, name text not null, name_key text not null unique, permissions text not null,
    version integer not null, created_at bigint not null, updated_at bigint not null)`,
  `create table invitation (
    id text primary key, hash text not null unique, email text not null, name text not null, role text not null,
    state text not null constraint invitation_state check (state in ('open', 'accepted', 'revoked')),
    invited_by text, invited_by_name text not null,
    created_at bigint not null, sent_at bigint not null, expires_at bigint not null, ended_at bigint)`,
  `create unique index invitation_open on invitation (email) where state = 'open'`,
  // The person whose rights bound a key; null for keys made at the command line.
  'alter table api_key add column owner_id text',
  'create index api_key_created on api_key (created_at, id)',
  'create index api_key_owner on api_key (owner_id)',
  // Whose password a link resets.
  'alter table one_time_link add column subject_id text',
  'create index one_time_link_subject on one_time_link (subject_id)',
  'create index auth_user_role on auth_user (role)',
  'create table try_count (key text primary key, count integer not null, began_at bigint not null)',
];

export const access: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
