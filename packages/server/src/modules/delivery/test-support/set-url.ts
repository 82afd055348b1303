import { sql } from 'kysely';
import type { Database } from '../../../platform/db/index.ts';

/** Puts an address into the database that the API would refuse. */
export async function setUrl(
  db: Database,
  { id, url }: { id: string; url: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await sql`update destination set url = ${url}, version = version + 1 where id = ${id}`.execute(
      tx,
    );
  });
}
