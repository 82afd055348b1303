import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';

export type RoleRow = {
  id: string;
  name: string;
  /** The name as it is compared: no two roles differ by case or spaces alone. */
  name_key: string;
  permissions: string;
  version: number;
  created_at: number;
  updated_at: number;
};

type Tables = {
  role: RoleRow;
  auth_user: { id: string; role: string | null; banned: number | null };
  api_key: { role: string; revoked_at: number | null; expires_at: number | null };
  invitation: { role: string; state: string };
};

export async function findRole(db: Executor, id: string): Promise<RoleRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('role')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findRoleByName(db: Executor, nameKey: string): Promise<RoleRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('role')
    .selectAll()
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
}

export async function listRoles(db: Executor): Promise<RoleRow[]> {
  return db.withTables<Tables>().selectFrom('role').selectAll().orderBy('name_key').execute();
}

export async function insertRole(tx: Executor, row: RoleRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('role').values(row).execute();
}

export async function updateRole(
  tx: Executor,
  {
    id,
    ...values
  }: Pick<RoleRow, 'id' | 'name' | 'name_key' | 'permissions' | 'version' | 'updated_at'>,
): Promise<void> {
  await tx.withTables<Tables>().updateTable('role').set(values).where('id', '=', id).execute();
}

export async function deleteRole(tx: Executor, id: string): Promise<void> {
  await tx.withTables<Tables>().deleteFrom('role').where('id', '=', id).execute();
}

export type RoleUse = { people: number; apiKeys: number; invitations: number };

/** Who has each role: people (disabled ones, too), keys that still work, invitations still open. */
export async function countRoleUses(db: Executor, now: number): Promise<Map<string, RoleUse>> {
  const tables = db.withTables<Tables>();
  const people = await tables
    .selectFrom('auth_user')
    .select((eb) => ['role', eb.fn.countAll<number>().as('n')])
    .groupBy('role')
    .execute();
  const apiKeys = await tables
    .selectFrom('api_key')
    .select((eb) => ['role', eb.fn.countAll<number>().as('n')])
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .groupBy('role')
    .execute();
  const invitations = await tables
    .selectFrom('invitation')
    .select((eb) => ['role', eb.fn.countAll<number>().as('n')])
    .where('state', '=', 'open')
    .groupBy('role')
    .execute();
  const uses = new Map<string, RoleUse>();
  const add = (kind: keyof RoleUse, rows: readonly { role: string | null; n: number }[]) => {
    for (const { role, n } of rows) {
      const use = uses.get(role ?? '') ?? { people: 0, apiKeys: 0, invitations: 0 };
      uses.set(role ?? '', { ...use, [kind]: Number(n) });
    }
  };
  add('people', people);
  add('apiKeys', apiKeys);
  add('invitations', invitations);
  return uses;
}

/** The roles that people who are not disabled have. */
export async function rolesInForce(db: Executor): Promise<string[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('auth_user')
    .select('role')
    .distinct()
    .where((eb) => eb.or([eb('banned', 'is', null), eb('banned', '=', 0)]))
    .execute();
  return rows.map(({ role }) => role ?? '');
}

/** A number of our own for PostgreSQL's advisory lock: "acc" in ASCII. */
const ACCESS_LOCK = 0x616363;

/** Until the transaction ends nobody else changes who may do what; SQLite has one writer anyway. */
export async function lockAccess(db: Database, tx: Executor): Promise<void> {
  if (db.engine === 'postgres') {
    await sql`select pg_advisory_xact_lock(${ACCESS_LOCK})`.execute(tx);
  }
}
