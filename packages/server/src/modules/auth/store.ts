import type { Executor } from '../../platform/db/index.ts';

export type ApiKeyRow = {
  id: string;
  name: string;
  hash: string;
  shown_prefix: string;
  role: string;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
};

type Tables = {
  api_key: ApiKeyRow;
  auth_user: { id: string; email: string };
  one_time_link: {
    hash: string;
    purpose: string;
    created_at: number;
    expires_at: number;
    spent_at: number | null;
  };
};

export async function insertApiKey(tx: Executor, row: ApiKeyRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('api_key').values(row).execute();
}

export async function findApiKey(
  db: Executor,
  { hash, now }: { hash: string; now: number },
): Promise<ApiKeyRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('api_key')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirst();
}

export async function noteApiKeyUse(
  tx: Executor,
  { id, now }: { id: string; now: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('api_key')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .execute();
}

export async function anybodyExists(db: Executor): Promise<boolean> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_user')
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertLink(
  tx: Executor,
  link: { hash: string; purpose: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('one_time_link')
    .values({
      hash: link.hash,
      purpose: link.purpose,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
      spent_at: null,
    })
    .execute();
}

/** Spends a link for its purpose; false when it is unknown, too old or spent already. */
export async function spendLink(
  tx: Executor,
  { hash, purpose, now }: { hash: string; purpose: string; now: number },
): Promise<boolean> {
  const spent = await tx
    .withTables<Tables>()
    .updateTable('one_time_link')
    .set({ spent_at: now })
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('hash')
    .executeTakeFirst();
  return spent !== undefined;
}

/** Gives a link back whose use failed, so that a typing mistake does not lock anybody out. */
export async function unspendLink(tx: Executor, { hash }: { hash: string }): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('one_time_link')
    .set({ spent_at: null })
    .where('hash', '=', hash)
    .execute();
}
