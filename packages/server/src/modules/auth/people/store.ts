import type { Executor } from '../../../platform/db/index.ts';

/** better-auth's own columns: times as ISO text, booleans as 0 and 1 (migrations/0001). */
type UserRow = {
  id: string;
  name: string;
  email: string;
  emailVerified: number;
  role: string | null;
  banned: number | null;
  createdAt: string;
  updatedAt: string;
};

type AccountRow = {
  id: string;
  accountId: string;
  providerId: string;
  userId: string;
  password: string | null;
  createdAt: string;
  updatedAt: string;
};

type Tables = {
  auth_user: UserRow;
  auth_account: AccountRow;
};

/** Where better-auth keeps a password, as opposed to a sign-in with somebody else. */
const CREDENTIAL = 'credential';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly enabled: boolean;
  readonly createdAt: number;
};

const columns = ['id', 'name', 'email', 'role', 'banned', 'createdAt'] as const;

function toPerson(row: Pick<UserRow, (typeof columns)[number]>): Person {
  const { id, name, email } = row;
  const createdAt = Date.parse(row.createdAt);
  return { id, name, email, role: row.role ?? '', enabled: row.banned !== 1, createdAt };
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

export async function findPerson(db: Executor, id: string): Promise<Person | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_user')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toPerson(row);
}

/** By the address in small letters, as all of them are stored. */
export async function findPersonByEmail(db: Executor, email: string): Promise<Person | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_user')
    .select(columns)
    .where('email', '=', email)
    .executeTakeFirst();
  return row && toPerson(row);
}

export async function readPeople(db: Executor): Promise<Person[]> {
  const rows = await db.withTables<Tables>().selectFrom('auth_user').select(columns).execute();
  return rows.map(toPerson);
}

export async function insertPerson(tx: Executor, person: Omit<Person, 'enabled'>): Promise<void> {
  const at = new Date(person.createdAt).toISOString();
  await tx
    .withTables<Tables>()
    .insertInto('auth_user')
    .values({
      id: person.id,
      name: person.name,
      email: person.email,
      emailVerified: 0,
      role: person.role,
      banned: 0,
      createdAt: at,
      updatedAt: at,
    })
    .execute();
}

export async function updatePerson(
  tx: Executor,
  { id, name, role, enabled, now }: Omit<Person, 'email' | 'createdAt'> & { now: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('auth_user')
    .set({ name, role, banned: enabled ? 0 : 1, updatedAt: new Date(now).toISOString() })
    .where('id', '=', id)
    .execute();
}

/** Sessions, passwords and whatever else hangs on the person go with the row. */
export async function deletePerson(tx: Executor, id: string): Promise<void> {
  await tx.withTables<Tables>().deleteFrom('auth_user').where('id', '=', id).execute();
}

/** The stored hash; undefined for whoever signs in with somebody else only. */
export async function findPasswordHash(db: Executor, userId: string): Promise<string | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_account')
    .select('password')
    .where('userId', '=', userId)
    .where('providerId', '=', CREDENTIAL)
    .executeTakeFirst();
  return row?.password ?? undefined;
}

/** Gives a person a password, or another one. `id` is for the row of the first. */
export async function setPassword(
  tx: Executor,
  { id, userId, hash, now }: { id: string; userId: string; hash: string; now: number },
): Promise<void> {
  const at = new Date(now).toISOString();
  const changed = await tx
    .withTables<Tables>()
    .updateTable('auth_account')
    .set({ password: hash, updatedAt: at })
    .where('userId', '=', userId)
    .where('providerId', '=', CREDENTIAL)
    .returning('id')
    .executeTakeFirst();
  if (changed) {
    return;
  }
  await tx
    .withTables<Tables>()
    .insertInto('auth_account')
    .values({
      id,
      accountId: userId,
      providerId: CREDENTIAL,
      userId,
      password: hash,
      createdAt: at,
      updatedAt: at,
    })
    .execute();
}
