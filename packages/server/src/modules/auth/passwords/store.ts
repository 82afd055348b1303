import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';

type Tables = { try_count: { key: string; count: number; began_at: number } };

/** Counts one more try of `key`, in windows of `windowMs`; gives the count of this window. */
export async function countTry(
  tx: Executor,
  { key, now, windowMs }: { key: string; now: number; windowMs: number },
): Promise<{ count: number; beganAt: number }> {
  const isOver = sql<boolean>`try_count.began_at <= ${now - windowMs}`;
  const row = await tx
    .withTables<Tables>()
    .insertInto('try_count')
    .values({ key, count: 1, began_at: now })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`case when ${isOver} then 1 else try_count.count + 1 end`,
        began_at: sql<number>`case when ${isOver} then ${now} else try_count.began_at end`,
      }),
    )
    .returning(['count', 'began_at'])
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), beganAt: row.began_at };
}

/** Forgets windows that ended: the table stays as small as what happens in a minute. */
export async function forgetTries(
  tx: Executor,
  { endedBefore }: { endedBefore: number },
): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('try_count')
    .where('began_at', '<', endedBefore)
    .execute();
}
