import type { Executor } from '../../../platform/db/index.ts';

type Tables = { auth_user: { id: string; email: string } };

export async function anybodyExists(db: Executor): Promise<boolean> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('auth_user')
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
