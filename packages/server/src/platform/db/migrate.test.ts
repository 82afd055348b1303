import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { testDatabase } from '../../test-support/database.ts';

test('the release before starts on a schema that a later one brought up to date', async () => {
  const db = await testDatabase();
  const { '0022-keys-by-time': last, ...before } = migrations;
  expect(last).toBeDefined();
  expect(await db.compareSchema(before)).toEqual({ missing: [], later: ['0022-keys-by-time'] });
  await db.migrate(before);
  expect(await db.compareSchema(migrations)).toEqual({ missing: [], later: [] });
});

test('what a step failed of is said', async () => {
  const db = await testDatabase();
  const failing = { up: () => Promise.reject(new Error('no room')) };
  const steps = { ...migrations, '9999-failing': failing };
  await expect(db.migrate(steps)).rejects.toThrow('Migration 9999-failing failed: no room');
  expect((await db.compareSchema(steps)).missing).toEqual(['9999-failing']);
});

// biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
test.runIf(process.env['CHATGATE_TEST_DATABASE_URL'])(
  'a step may take longer than any other statement',
  async () => {
    const db = await testDatabase();
    const asked: string[] = [];
    const asking = {
      async up(step: Kysely<unknown>) {
        const found = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(
          step,
        );
        asked.push(found.rows[0]?.statement_timeout ?? '');
      },
    };
    await db.migrate({ ...migrations, '9999-asking': asking });
    expect(asked).toEqual(['0']);
  },
);
