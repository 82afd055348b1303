import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table connect_invite (
    id text primary key, gateway_id text not null references gateway (id),
    secret_hash text not null unique, note text not null,
    created_at bigint not null, created_by text not null, expires_at bigint not null,
    opened_at bigint, used_session text, used_at bigint, used_by text, pages integer not null,
    revoked_at bigint, revoked_by text)`,
  'create index connect_invite_gateway on connect_invite (gateway_id, id)',
  `create table connect_invite_session (
    id text primary key, invite_id text not null references connect_invite (id),
    cookie_hash text not null unique, opened_at bigint not null, expires_at bigint not null)`,
  'create index connect_invite_session_invite on connect_invite_session (invite_id)',
  'create index connect_invite_session_expiry on connect_invite_session (expires_at)',
  'alter table connect_attempt add column invite_id text',
  'create index connect_attempt_invite on connect_attempt (invite_id) where invite_id is not null',
];

export const invites: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
