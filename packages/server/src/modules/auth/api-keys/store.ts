import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';

export type ApiKeyRow = {
  id: string;
  name: string;
  hash: string;
  shown_prefix: string;
  role: string;
  created_by: string;
  owner_id: string | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
};

type Tables = {
  api_key: ApiKeyRow;
  auth_user: { id: string; name: string; role: string | null; banned: number | null };
};

/** A key with the person whose rights bound it, as far as there still is one. */
export type OwnedKey = ApiKeyRow & {
  owner_name: string | null;
  owner_role: string | null;
  owner_banned: number | null;
};

function owned(db: Executor) {
  return db
    .withTables<Tables>()
    .selectFrom('api_key')
    .leftJoin('auth_user', 'auth_user.id', 'api_key.owner_id')
    .selectAll('api_key')
    .select([
      'auth_user.name as owner_name',
      'auth_user.role as owner_role',
      'auth_user.banned as owner_banned',
    ]);
}

export async function insertApiKey(tx: Executor, row: ApiKeyRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('api_key').values(row).execute();
}

/** A key that is neither revoked nor expired. */
export async function findLivingKey(
  db: Executor,
  { hash, now }: { hash: string; now: number },
): Promise<OwnedKey | undefined> {
  return living(db, now).where('hash', '=', hash).executeTakeFirst();
}

export async function findLivingKeyById(
  db: Executor,
  { id, now }: { id: string; now: number },
): Promise<OwnedKey | undefined> {
  return living(db, now).where('api_key.id', '=', id).executeTakeFirst();
}

const living = (db: Executor, now: number) =>
  owned(db)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]));

export async function findApiKey(db: Executor, id: string): Promise<OwnedKey | undefined> {
  return owned(db).where('api_key.id', '=', id).executeTakeFirst();
}

/** The newest first. `after` is when the last one given was made, and its id. */
export async function listApiKeys(
  db: Executor,
  { after, limit }: { after: readonly (string | number)[] | undefined; limit: number },
): Promise<OwnedKey[]> {
  let query = owned(db);
  if (after) {
    const [createdAt, id] = after;
    query = query.where(sql<boolean>`(api_key.created_at, api_key.id) < (${createdAt}, ${id})`);
  }
  return query
    .orderBy('api_key.created_at', 'desc')
    .orderBy('api_key.id', 'desc')
    .limit(limit)
    .execute();
}

export async function countApiKeys(db: Executor): Promise<number> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** How many keys of each person still work. */
export async function countKeysOf(
  db: Executor,
  { now }: { now: number },
): Promise<Map<string, number>> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('api_key')
    .select((eb) => ['owner_id', eb.fn.countAll<number>().as('n')])
    .where('owner_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .groupBy('owner_id')
    .execute();
  return new Map(rows.map(({ owner_id, n }) => [owner_id ?? '', Number(n)]));
}

/** Notes the use of a key, unless somebody noted one since `notSince`. */
export async function noteApiKeyUse(
  tx: Executor,
  { id, now, notSince }: { id: string; now: number; notSince: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('api_key')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', notSince)]))
    .execute();
}

/** False when it was revoked already. */
export async function revokeApiKey(
  tx: Executor,
  { id, now }: { id: string; now: number },
): Promise<boolean> {
  const revoked = await tx
    .withTables<Tables>()
    .updateTable('api_key')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return revoked !== undefined;
}

/** Revokes every key of a person; gives those that were not revoked before. */
export async function revokeKeysOf(
  tx: Executor,
  { ownerId, now }: { ownerId: string; now: number },
): Promise<Pick<ApiKeyRow, 'id' | 'name' | 'role'>[]> {
  return tx
    .withTables<Tables>()
    .updateTable('api_key')
    .set({ revoked_at: now })
    .where('owner_id', '=', ownerId)
    .where('revoked_at', 'is', null)
    .returning(['id', 'name', 'role'])
    .execute();
}

export async function setKeyOwner(
  tx: Executor,
  { id, ownerId }: { id: string; ownerId: string },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('api_key')
    .set({ owner_id: ownerId })
    .where('id', '=', id)
    .execute();
}
