import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import { testDatabase } from '../../test-support/database.ts';
import { type Audit, createAudit, systemActor } from './index.ts';

const clock = { now: () => 1_795_350_000_000 };
let db: Database;
let audit: Audit;

beforeEach(async () => {
  db = await testDatabase();
  const ids = createIds({ clock, random: systemRandom });
  audit = createAudit({ db, clock, ids, chainKey: Buffer.alloc(32, 7) });
});

const entry = (id: string) => ({
  actor: systemActor,
  action: 'gateway.renamed',
  subject: { kind: 'gateway', id },
  before: { name: 'a' },
  after: { name: 'b' },
});

test('an untouched chain verifies, whoever wrote at the same time', async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_unused, n) =>
      db.transaction((tx) => audit.record(tx, entry(`g${n}`), entry(`h${n}`))),
    ),
  );
  expect(await audit.verify()).toEqual({ entries: 16, brokenAt: undefined });
});

test.each([
  ['changed', sql`update audit_entry set after = '{"name":"c"}' where seq = 2`],
  ['removed', sql`delete from audit_entry where seq = 2`],
])('an entry that was %s is found and named', async (_how, tamper) => {
  await db.transaction((tx) => audit.record(tx, entry('1'), entry('2'), entry('3')));
  await db.transaction((tx) => tamper.execute(tx));
  expect(await audit.verify()).toEqual({ entries: 1, brokenAt: 2 });
});

test('an entry of a change that failed is not kept', async () => {
  await db
    .transaction(async (tx) => {
      await audit.record(tx, entry('1'));
      throw new Error('the change failed');
    })
    .catch(() => undefined);
  expect(await audit.verify()).toEqual({ entries: 0, brokenAt: undefined });
});
