import { startThrowawayPostgres } from './throwaway-postgres.ts';

/** Vitest global set-up of the `postgres` project: one server a run for all files. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await startThrowawayPostgres({ inMemory: true });
  process.env['CHATGATE_TEST_DATABASE_URL'] = server.url;
  return server.stop;
}
