import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // When a session was last used; better-auth's own `updatedAt` only moves when it extends one.
  'alter table auth_session add column "lastSeenAt" bigint',
  // Wrong tries in a row: of an account, from an address, in a browser that signed in before.
  `create table sign_in_tries (
    kind text not null constraint sign_in_tries_kind check (kind in ('account', 'address', 'browser', 'second_factor')),
    key text not null, failures integer not null, last_at bigint not null, paused_until bigint not null,
    primary key (kind, key))`,
  'create index sign_in_tries_last on sign_in_tries (last_at)',
];

export const signInGuards: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
