import type { Executor } from '../../../platform/db/index.ts';

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

type Tables = { api_key: ApiKeyRow };

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
