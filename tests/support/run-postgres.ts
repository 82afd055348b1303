import pg from 'pg';
import { startThrowawayPostgres } from './throwaway-postgres.ts';

type OwnDatabase = { readonly url: string; readonly remove: () => Promise<void> };

let counter = 0;

/** An empty database on the PostgreSQL of this run, or on one of its own where there is none. */
export async function createDatabase(): Promise<OwnDatabase> {
  const server = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';
  if (server === '') {
    const own = await startThrowawayPostgres({ inMemory: true });
    return { url: own.url, remove: own.stop };
  }
  counter += 1;
  const name = `e_${process.pid}_${Date.now().toString(36)}_${counter}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => onServer(server, `drop database ${name} with (force)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
