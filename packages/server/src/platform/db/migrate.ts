import { type Migration, Migrator } from 'kysely/migration';
import type { Executor } from './database.ts';

/** Brings the schema up to date. Several processes may do this at once; one works, others wait. */
export async function runMigrations(
  db: Executor,
  migrations: Readonly<Record<string, Migration>>,
  schema?: string,
): Promise<void> {
  const migrator = new Migrator({
    db,
    // Named, because Kysely otherwise takes a table of that name in any schema for its own.
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error');
    throw new Error(`Migration ${failed?.migrationName ?? ''} failed.`, { cause: error });
  }
}
