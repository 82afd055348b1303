import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // One identity of a provider is one person.
  'create unique index auth_account_identity on auth_account ("providerId", "accountId")',
  // `sealed`: nonce, PKCE verifier and where to go on, until the browser comes back.
  `create table provider_attempt (
    state_hash text primary key, cookie_hash text not null, sealed text not null, expires_at bigint not null)`,
  'create index provider_attempt_expiry on provider_attempt (expires_at)',
];

export const signInProvider: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
