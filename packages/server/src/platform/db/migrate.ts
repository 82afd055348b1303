import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Executor, SchemaDifference } from './database.ts';

type Steps = Readonly<Record<string, Migration>>;

/** Brings the schema up to date. Several processes may do this at once; one works, others wait. */
export async function runMigrations(db: Executor, steps: Steps, schema?: string): Promise<void> {
  const { later } = await compareSchema(db, steps, schema);
  // The release before works with a later schema, and must start on it, too: Kysely wants to know
  // every step that was taken.
  const taken = later.map((name) => [name, { up: async () => {} }] as const);
  const migrator = new Migrator({
    db,
    // Named, because Kysely otherwise takes a table of that name in any schema for its own.
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    provider: { getMigrations: async () => ({ ...steps, ...Object.fromEntries(taken) }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error');
    const what = failed ? `Migration ${failed.migrationName}` : 'Bringing the schema up to date';
    throw new Error(`${what} failed: ${(error as Error).message}`, { cause: error });
  }
}

/** Only looks. */
export async function compareSchema(
  db: Executor,
  steps: Steps,
  schema?: string,
): Promise<SchemaDifference> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const isThere = tables.some(
    (table) => table.name === 'kysely_migration' && (!schema || table.schema === schema),
  );
  const { rows } = isThere
    ? await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    : { rows: [] };
  const taken = new Set(rows.map(({ name }) => name));
  return {
    missing: Object.keys(steps).filter((name) => !taken.has(name)),
    later: [...taken].filter((name) => !Object.hasOwn(steps, name)),
  };
}
