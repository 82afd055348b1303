import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrations } from '../migrations/index.ts';
import { openDatabase } from '../platform/db/index.ts';

const FILE = 'chatgate.db';
const TEMPLATE = 'migrated';
/** Any number; whoever makes the template holds it. */
const LOCK = 7_270_115;

type Storage = {
  /** Settings of a server that works on it. */
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
};

/**
 * A database as an empty installation has it, on the engine of this run. The schema is made once and
 * copied: a server that starts on it has nothing to migrate.
 */
export async function migratedStorage(): Promise<Storage> {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-app-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
  const server = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';
  if (server === '') {
    copyFileSync(await migratedFile(), join(folder, FILE));
    return { env: { DATA_DIR: folder }, remove: async () => removeFolder() };
  }
  await migratedTemplate(server);
  const name = `a_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2)}`;
  await onServer(server, (run) => run(`create database ${name} template ${TEMPLATE}`));
  return {
    env: { DATA_DIR: folder, DATABASE_URL: urlOf(server, name) },
    async remove() {
      await onServer(server, (run) => run(`drop database ${name} with (force)`));
      removeFolder();
    },
  };
}

let made: Promise<string> | undefined;

function migratedFile(): Promise<string> {
  made ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chatgate-template-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, FILE);
    await migrate({ url: '', file });
    return file;
  })();
  return made;
}

let ready: Promise<void> | undefined;

/** One worker of the run makes it, the others wait. */
function migratedTemplate(server: string): Promise<void> {
  ready ??= onServer(server, async (run) => {
    await run(`select pg_advisory_lock(${LOCK})`);
    if ((await run(`select 1 from pg_database where datname = '${TEMPLATE}'`)) === 0) {
      await run('drop database if exists migrating');
      await run('create database migrating');
      await migrate({ url: urlOf(server, 'migrating'), file: '' });
      await run(`alter database migrating rename to ${TEMPLATE}`);
    }
  });
  return ready;
}

async function migrate(where: { url: string; file: string }): Promise<void> {
  const db = await openDatabase(where);
  await db.migrate(migrations);
  await db.close();
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** `run` gives the number of rows. A lock that was taken ends with the connection. */
async function onServer(
  server: string,
  work: (run: (statement: string) => Promise<number>) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(async (statement) => (await client.query(statement)).rowCount ?? 0);
  } finally {
    await client.end();
  }
}
