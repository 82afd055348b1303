import type { Database } from '../db/index.ts';
import { placeIn, type Seal } from '../seal.ts';
import { Secret } from '../secret.ts';
import { countSealed } from './reseal.ts';
import { deleteKeptKeys, insertKeptKeys, readKeptKeys } from './store.ts';

export const SEALED_KEPT_KEY = { table: 'kept_key', column: 'sealed', key: ['purpose'] } as const;

const UNKNOWN =
  'key_unknown: no key given is the one this database was sealed with. Put the kept copy of it back; if there is none, see `chatgate reseal --help`.';

/**
 * Keys that must outlive the secret key they were derived from, because what they signed or hashed
 * cannot be made anew: the chain of the audit log, the hashes of recovery codes and of erased people.
 * They are kept sealed, so that they go on when the secret key is replaced. That they open is also
 * the proof that the key given is the one this database was sealed with: throws `key_unknown`
 * otherwise, before anything is sealed with a wrong one.
 *
 * @param derive what each is at the first start; with several keys nobody can say of which.
 * @param mayGiveUp those that no key opens begin anew: what they signed and hashed fits nothing more.
 */
export async function openKeptKeys<Purpose extends string>(
  { db, seal }: { db: Database; seal: Seal },
  {
    purposes,
    derive,
    mayGiveUp,
  }: {
    purposes: readonly Purpose[];
    derive: (purpose: Purpose) => Buffer;
    mayGiveUp: boolean;
  },
): Promise<Readonly<Record<Purpose, Buffer>>> {
  const rows = await readKeptKeys(db.read);
  const known = rows.filter((row) => !mayGiveUp || opens(seal, row));
  const missing = purposes.filter((purpose) => known.every((row) => row.purpose !== purpose));
  if (missing.length === 0) {
    return openAll(seal, known);
  }
  if (known.length === 0 && !mayGiveUp && (await countSealed({ db, seal })).lost.length > 0) {
    throw new Error(UNKNOWN);
  }
  if (seal.keyIds.length > 1) {
    throw new Error(
      'key_ambiguous: this release has not opened this database before. Give it the one key it was sealed with; from the next start on a new one may stand in front.',
    );
  }
  const made = missing.map((purpose) => {
    const secret = new Secret(derive(purpose).toString('base64url'));
    return { purpose, sealed: seal.seal(secret, placeIn(SEALED_KEPT_KEY, { purpose })) };
  });
  const kept = await db.transaction(async (tx) => {
    await deleteKeptKeys(
      tx,
      rows.filter((row) => !known.includes(row)),
    );
    await insertKeptKeys(tx, made);
    return readKeptKeys(tx);
  });
  return openAll(seal, kept);
}

type Row = { readonly purpose: string; readonly sealed: string };

function open(seal: Seal, row: Row): Buffer {
  return Buffer.from(seal.open(row.sealed, placeIn(SEALED_KEPT_KEY, row)).reveal(), 'base64url');
}

function opens(seal: Seal, row: Row): boolean {
  try {
    return open(seal, row).length > 0;
  } catch {
    return false;
  }
}

function openAll<Purpose extends string>(
  seal: Seal,
  rows: readonly Row[],
): Readonly<Record<Purpose, Buffer>> {
  try {
    const keys = rows.map((row) => [row.purpose, open(seal, row)] as const);
    return Object.fromEntries(keys) as Record<Purpose, Buffer>;
  } catch (error) {
    throw new Error(UNKNOWN, { cause: error });
  }
}
