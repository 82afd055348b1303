import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { type Database, openDatabase } from '../platform/db/index.ts';

/** A schema, a table: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const GONE: readonly unknown[] = ['3F000', '42P01'];

let counter = 0;

/**
 * A migrated, empty database of the engine this run is for: a file in a temporary folder, or a
 * schema of its own on the PostgreSQL that the run started. Gone when the test file ends.
 */
export async function testDatabase(): Promise<Database> {
  // biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
  const url = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';
  counter += 1;
  const name = `t_${process.pid}_${Date.now().toString(36)}_${counter}`;
  if (url === '') {
    const folder = mkdtempSync(join(tmpdir(), 'chatgate-test-'));
    const db = await openDatabase({ url: '', file: join(folder, 'chatgate.db') });
    await db.migrate(migrations);
    afterAll(async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return db;
  }
  await onServer(url, `create schema ${name}`);
  const db = await openDatabase({ url, file: '', schema: name, poolSize: 5 });
  await migrateBesideOthers(db);
  afterAll(async () => {
    await db.close();
    await onServer(url, `drop schema ${name} cascade`);
  });
  return db;
}

/** Kysely lists the tables of every schema, and fails when another test file drops its own meanwhile. */
async function migrateBesideOthers(db: Database, tries = 10): Promise<void> {
  await db.migrate(migrations).catch((error: { code?: string; cause?: { code?: string } }) => {
    if (tries === 1 || !GONE.includes(error.code ?? error.cause?.code)) {
      throw error;
    }
    return migrateBesideOthers(db, tries - 1);
  });
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
