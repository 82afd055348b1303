import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // `secret` is sealed. `last_step` is the newest accepted code's: none is accepted twice.
  `create table second_factor (
    user_id text primary key references auth_user (id) on delete cascade,
    secret text not null,
    state text not null constraint second_factor_state check (state in ('pending', 'on')),
    last_step bigint, created_at bigint not null, enabled_at bigint)`,
  `create table recovery_code (
    user_id text not null references auth_user (id) on delete cascade, hash text not null,
    primary key (user_id, hash))`,
  // Somebody who gave the right password and still owes a code; the hash is of the browser's cookie.
  `create table sign_in_challenge (
    hash text primary key, user_id text not null references auth_user (id) on delete cascade,
    tries integer not null, expires_at bigint not null)`,
  'create index sign_in_challenge_user on sign_in_challenge (user_id)',
  'create index sign_in_challenge_expiry on sign_in_challenge (expires_at)',
];

export const secondFactor: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
