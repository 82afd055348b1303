import type { Executor } from '../../../platform/db/index.ts';

type Tables = {
  auth_account: {
    id: string;
    accountId: string;
    providerId: string;
    userId: string;
    createdAt: string;
    updatedAt: string;
  };
  provider_attempt: {
    state_hash: string;
    cookie_hash: string;
    sealed: string;
    expires_at: number;
  };
};

/** How better-auth's table names a sign-in with somebody else. */
const PROVIDER = 'oidc';

type Key = { readonly issuer: string; readonly subject: string };
/** A subject is unique for its issuer only (OpenID Connect Core, 2). */
const accountIdOf = ({ issuer, subject }: Key) => `${issuer} ${subject}`;

/** Whose identity it is; undefined when it is nobody's yet. */
export async function findOwner(db: Executor, key: Key): Promise<string | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_account')
    .select('userId')
    .where('providerId', '=', PROVIDER)
    .where('accountId', '=', accountIdOf(key))
    .executeTakeFirst();
  return row?.userId;
}

/** Whether the person signs in with another identity of the provider already. */
export async function hasIdentity(db: Executor, userId: string): Promise<boolean> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_account')
    .select('id')
    .where('providerId', '=', PROVIDER)
    .where('userId', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertIdentity(
  tx: Executor,
  { id, userId, now, ...key }: Key & { id: string; userId: string; now: number },
): Promise<void> {
  const at = new Date(now).toISOString();
  await tx
    .withTables<Tables>()
    .insertInto('auth_account')
    .values({
      id,
      accountId: accountIdOf(key),
      providerId: PROVIDER,
      userId,
      createdAt: at,
      updatedAt: at,
    })
    .execute();
}

/** Keeps what has to be known when the browser comes back, and drops what is too old. */
export async function insertAttempt(
  tx: Executor,
  {
    now,
    ...attempt
  }: { stateHash: string; cookieHash: string; sealed: string; expiresAt: number; now: number },
): Promise<void> {
  const tables = tx.withTables<Tables>();
  await tables.deleteFrom('provider_attempt').where('expires_at', '<=', now).execute();
  await tables
    .insertInto('provider_attempt')
    .values({
      state_hash: attempt.stateHash,
      cookie_hash: attempt.cookieHash,
      sealed: attempt.sealed,
      expires_at: attempt.expiresAt,
    })
    .execute();
}

/** Spends an attempt: by the browser that began it, once. */
export async function spendAttempt(
  tx: Executor,
  { stateHash, cookieHash, now }: { stateHash: string; cookieHash: string; now: number },
): Promise<{ sealed: string } | undefined> {
  return tx
    .withTables<Tables>()
    .deleteFrom('provider_attempt')
    .where('state_hash', '=', stateHash)
    .where('cookie_hash', '=', cookieHash)
    .where('expires_at', '>', now)
    .returning('sealed')
    .executeTakeFirst();
}
