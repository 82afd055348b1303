import type { Executor } from '../../../platform/db/index.ts';

type Tables = {
  second_factor: {
    user_id: string;
    secret: string;
    state: 'pending' | 'on';
    last_step: number | null;
    created_at: number;
    enabled_at: number | null;
  };
  recovery_code: { user_id: string; hash: string };
  sign_in_challenge: { hash: string; user_id: string; tries: number; expires_at: number };
};

export type StoredFactor = Pick<
  Tables['second_factor'],
  'secret' | 'state' | 'last_step' | 'enabled_at'
>;

export async function findFactor(db: Executor, userId: string): Promise<StoredFactor | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('second_factor')
    .select(['secret', 'state', 'last_step', 'enabled_at'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Which of these people have one that counts. */
export async function peopleWithFactor(
  db: Executor,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) {
    return new Set();
  }
  const rows = await db
    .withTables<Tables>()
    .selectFrom('second_factor')
    .select('user_id')
    .where('state', '=', 'on')
    .where('user_id', 'in', [...userIds])
    .execute();
  return new Set(rows.map((row) => row.user_id));
}

/** Keeps a secret that is not confirmed yet, in place of an older such one; false when one counts. */
export async function writePending(
  tx: Executor,
  { userId, secret, now }: { userId: string; secret: string; now: number },
): Promise<boolean> {
  const row = await tx
    .withTables<Tables>()
    .insertInto('second_factor')
    .values({
      user_id: userId,
      secret,
      state: 'pending',
      last_step: null,
      created_at: now,
      enabled_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ secret, created_at: now })
        .where('second_factor.state', '=', 'pending'),
    )
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** From now on it counts; false when another secret has taken its place, or it counts already. */
export async function confirmPending(
  tx: Executor,
  { userId, secret, step, now }: { userId: string; secret: string; step: number; now: number },
): Promise<boolean> {
  const row = await tx
    .withTables<Tables>()
    .updateTable('second_factor')
    .set({ state: 'on', last_step: step, enabled_at: now })
    .where('user_id', '=', userId)
    .where('state', '=', 'pending')
    .where('secret', '=', secret)
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Spends the code of a step, and those before it; false when that has happened. */
export async function acceptStep(
  tx: Executor,
  { userId, step }: { userId: string; step: number },
): Promise<boolean> {
  const row = await tx
    .withTables<Tables>()
    .updateTable('second_factor')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('state', '=', 'on')
    .where(({ eb, or }) => or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The factor and its recovery codes; false when there was none that counted. */
export async function deleteFactor(tx: Executor, userId: string): Promise<boolean> {
  const tables = tx.withTables<Tables>();
  await tables.deleteFrom('recovery_code').where('user_id', '=', userId).execute();
  const gone = await tables
    .deleteFrom('second_factor')
    .where('user_id', '=', userId)
    .returning('state')
    .executeTakeFirst();
  return gone?.state === 'on';
}

/** These, and none of those there were before. */
export async function replaceRecoveryCodes(
  tx: Executor,
  { userId, hashes }: { userId: string; hashes: readonly string[] },
): Promise<void> {
  const tables = tx.withTables<Tables>();
  await tables.deleteFrom('recovery_code').where('user_id', '=', userId).execute();
  const rows = hashes.map((hash) => ({ user_id: userId, hash }));
  await tables.insertInto('recovery_code').values(rows).execute();
}

/** Spends a recovery code; false when it is none, or spent. */
export async function spendRecoveryCode(
  tx: Executor,
  { userId, hash }: { userId: string; hash: string },
): Promise<boolean> {
  const gone = await tx
    .withTables<Tables>()
    .deleteFrom('recovery_code')
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .returning('hash')
    .executeTakeFirst();
  return gone !== undefined;
}

export async function countRecoveryCodes(db: Executor, userId: string): Promise<number> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('recovery_code')
    .select(({ fn }) => fn.countAll<number>().as('left'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(row.left);
}

/** Makes a challenge, and drops those that are over. */
export async function insertChallenge(
  tx: Executor,
  { now, ...challenge }: { hash: string; userId: string; expiresAt: number; now: number },
): Promise<void> {
  const tables = tx.withTables<Tables>();
  await tables.deleteFrom('sign_in_challenge').where('expires_at', '<=', now).execute();
  await tables
    .insertInto('sign_in_challenge')
    .values({
      hash: challenge.hash,
      user_id: challenge.userId,
      tries: 0,
      expires_at: challenge.expiresAt,
    })
    .execute();
}

/** A challenge that can still be answered; looking takes no try. */
export async function findChallenge(
  db: Executor,
  { hash, maxTries, now }: { hash: string; maxTries: number; now: number },
): Promise<{ expires_at: number } | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('sign_in_challenge')
    .select('expires_at')
    .where('hash', '=', hash)
    .where('tries', '<', maxTries)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Takes one of the tries of a challenge; undefined when it is unknown, over or used up. */
export async function takeChallengeTry(
  tx: Executor,
  { hash, maxTries, now }: { hash: string; maxTries: number; now: number },
): Promise<{ user_id: string; tries: number } | undefined> {
  return tx
    .withTables<Tables>()
    .updateTable('sign_in_challenge')
    .set(({ eb }) => ({ tries: eb('tries', '+', 1) }))
    .where('hash', '=', hash)
    .where('tries', '<', maxTries)
    .where('expires_at', '>', now)
    .returning(['user_id', 'tries'])
    .executeTakeFirst();
}

/** Ends a challenge; false when somebody else did. */
export async function deleteChallenge(tx: Executor, hash: string): Promise<boolean> {
  const gone = await tx
    .withTables<Tables>()
    .deleteFrom('sign_in_challenge')
    .where('hash', '=', hash)
    .returning('hash')
    .executeTakeFirst();
  return gone !== undefined;
}
