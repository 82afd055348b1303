import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Database } from '../db/index.ts';
import { systemRandom } from '../random.ts';
import { createSeal, placeIn, type Seal } from '../seal.ts';
import { Secret } from '../secret.ts';
import { countSealed, openKeptKeys, resealAll, SEALED_KEPT_KEY } from './index.ts';

const [OLD, NEW, STRANGE] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer];
const THING = { table: 'sealed_thing', column: 'secret', key: ['a', 'b'] };
const withKeys = (...keys: [Buffer, ...Buffer[]]): Seal =>
  createSeal({ keys, columns: [SEALED_KEPT_KEY, THING], random: systemRandom });

let db: Database;
beforeEach(async () => {
  db = await testDatabase();
  await db.transaction(async (tx) => {
    await sql`create table sealed_thing (a text, b text, secret text, primary key (a, b))`.execute(
      tx,
    );
  });
});

async function put(seal: Seal, rows: readonly { a: string; b: string }[]): Promise<void> {
  const values = rows.map((row) => {
    const secret = seal.seal(new Secret(`of ${row.a} ${row.b}`), placeIn(THING, row));
    return sql`(${row.a}, ${row.b}, ${secret})`;
  });
  await db.transaction(async (tx) => {
    await sql`insert into sealed_thing values ${sql.join(values)}`.execute(tx);
  });
}

async function readAll(seal: Seal): Promise<string[]> {
  const { rows } = await sql<{ a: string; b: string; secret: string }>`
    select * from sealed_thing where secret <> '' order by a, b`.execute(db.read);
  return rows.map((row) => seal.open(row.secret, placeIn(THING, row)).reveal());
}

const many = Array.from({ length: 450 }, (_unused, n) => ({ a: `a${n % 3}`, b: `b${n}` }));

test('everything opens with the new key alone, over more than one batch; a second run finds nothing', async () => {
  await put(withKeys(OLD), many);
  await db.transaction(async (tx) => {
    await sql`insert into sealed_thing values ('none', '1', null), ('empty', '1', '')`.execute(tx);
  });
  const deps = { db, seal: withKeys(NEW, OLD) };
  expect(await countSealed(deps)).toEqual({ current: 0, earlier: 450, lost: [] });
  expect(await resealAll(deps)).toEqual({ resealed: 450, broken: [] });
  expect(await countSealed(deps)).toEqual({ current: 450, earlier: 0, lost: [] });
  expect(await readAll(withKeys(NEW))).toHaveLength(450);
  expect(await resealAll(deps)).toEqual({ resealed: 0, broken: [] });
});

test('what somebody changes meanwhile is left to them', async () => {
  await put(withKeys(OLD), [{ a: 'x', b: 'y' }]);
  const seal = withKeys(NEW, OLD);
  let changed = Promise.resolve();
  const meddled: Seal = {
    ...seal,
    seal(secret, place) {
      changed = db.transaction(async (tx) => {
        await sql`update sealed_thing set secret = ${seal.seal(new Secret('newer'), place)}`.execute(
          tx,
        );
      });
      return seal.seal(secret, place);
    },
  };
  const slow: Database = {
    ...db,
    transaction: async (work) => {
      await changed;
      return db.transaction(work);
    },
  };
  expect(await resealAll({ db: slow, seal: meddled })).toEqual({ resealed: 0, broken: [] });
  expect(await readAll(seal)).toEqual(['newer']);
});

test('what opens with no key is counted by column and left; what was altered is named', async () => {
  await put(withKeys(STRANGE), [{ a: 'x', b: '1' }]);
  await put(withKeys(OLD), [
    { a: 'x', b: '2' },
    { a: 'x', b: '3' },
  ]);
  await db.transaction(async (tx) => {
    await sql`update sealed_thing set b = '4' where b = '3'`.execute(tx);
  });
  const deps = { db, seal: withKeys(NEW, OLD) };
  expect((await countSealed(deps)).lost).toEqual(['sealed_thing.secret: 1']);
  expect(await resealAll(deps)).toEqual({
    resealed: 1,
    broken: ['sealed_thing.secret of x/4'],
  });
});

describe('keys that must outlive the one they came from', () => {
  const open = (seal: Seal, mayGiveUp = false, mark = 0) =>
    openKeptKeys(
      { db, seal },
      { purposes: ['chain'], derive: () => Buffer.alloc(32, 7 + mark), mayGiveUp },
    );

  test('stay the same while the secret key is replaced', async () => {
    const first = await open(withKeys(OLD));
    expect(await open(withKeys(NEW, OLD), false, 1)).toEqual(first);
    await resealAll({ db, seal: withKeys(NEW, OLD) });
    expect(await open(withKeys(NEW), false, 1)).toEqual(first);
  });

  test('two processes that start at once agree on one', async () => {
    const [one, other] = await Promise.all([
      open(withKeys(OLD), false, 1),
      open(withKeys(OLD), false, 2),
    ]);
    expect(one).toEqual(other);
  });

  test('are not made with a wrong key where values hang on another one already', async () => {
    await put(withKeys(OLD), [{ a: 'x', b: 'y' }]);
    await expect(open(withKeys(NEW))).rejects.toThrow('key_unknown');
    await open(withKeys(OLD));
  });

  test('refuse a key that opens nothing here, and several where nobody can say which', async () => {
    await expect(open(withKeys(NEW, OLD))).rejects.toThrow('key_ambiguous');
    const first = await open(withKeys(OLD));
    await expect(open(withKeys(STRANGE))).rejects.toThrow('key_unknown');
    // Given up only where it is really lost.
    expect(await open(withKeys(OLD), true, 1)).toEqual(first);
    expect(await open(withKeys(STRANGE), true, 1)).toEqual({ chain: Buffer.alloc(32, 8) });
  });
});
