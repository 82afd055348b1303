import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Random } from './random.ts';
import { Secret } from './secret.ts';

/** Where a sealed value lives. It is authenticated with the value, so a sealed text cannot be moved. */
export type SealedPlace = {
  readonly table: string;
  readonly column: string;
  readonly id: string;
};

/** A column of sealed values. Its rows are named by these columns, joined by a slash. */
export type SealedColumn = {
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
};

export type Seal = {
  seal: (secret: Secret, place: SealedPlace) => string;
  /** Throws when the text was altered, moved, or sealed with a key we do not have. */
  open: (sealed: string, place: SealedPlace) => Secret;
  /** As they stand in sealed texts; the first one seals. */
  readonly keyIds: readonly string[];
  /** Nothing is sealed elsewhere. */
  readonly columns: readonly SealedColumn[];
};

/** Where the value of this row lives. */
export const placeIn = (
  { table, column, key }: SealedColumn,
  row: Readonly<Record<string, unknown>>,
): SealedPlace => ({ table, column, id: key.map((name) => row[name]).join('/') });

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function encrypt(key: Buffer, nonce: Buffer, plain: Buffer, aad: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, box: Buffer, aad: Buffer): Buffer {
  const nonce = box.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(box.subarray(box.length - TAG_BYTES));
  return Buffer.concat([
    decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES)),
    decipher.final(),
  ]);
}

/**
 * Seals secrets at rest: AES-256-GCM with a fresh data key per value, the data key wrapped by the
 * key-encryption key. Form: `s1.<key id>.<wrapped data key>.<box>`, base64url, where a box is
 * nonce ‖ ciphertext ‖ tag. The key id names the wrapping key, so that rotation can hold two.
 *
 * It refuses to seal for a column that it was not told of: an earlier key would be given up while
 * values that nobody sealed again (`resealing/`) still need it.
 *
 * @param keys key-encryption keys of 32 bytes; the first one seals, all of them open.
 */
export function createSeal(options: {
  keys: readonly [Buffer, ...Buffer[]];
  columns: readonly SealedColumn[];
  random: Random;
}): Seal {
  const { keys, columns, random } = options;
  const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));
  const ring = keys.map((key) => {
    if (key.length !== 32) {
      throw new Error('A key for sealing must be 32 bytes.');
    }
    return { key, kid: createHash('sha256').update(key).digest('base64url').slice(0, 8) };
  });
  const current = ring[0] as (typeof ring)[number];
  const aadOf = ({ table, column, id }: SealedPlace, kid: string) =>
    Buffer.from(JSON.stringify([table, column, id, kid]));

  return {
    keyIds: ring.map(({ kid }) => kid),
    columns,
    seal(secret, place) {
      if (!known.has(`${place.table}.${place.column}`)) {
        throw new Error(`${place.table}.${place.column} is not among the sealed columns.`);
      }
      const dataKey = random.bytes(32);
      const aad = aadOf(place, current.kid);
      const wrapped = encrypt(current.key, random.bytes(NONCE_BYTES), dataKey, aad);
      const box = encrypt(dataKey, random.bytes(NONCE_BYTES), Buffer.from(secret.reveal()), aad);
      return `s1.${current.kid}.${wrapped.toString('base64url')}.${box.toString('base64url')}`;
    },
    open(sealed, place) {
      const [form, kid, wrapped, box] = sealed.split('.');
      const entry = ring.find((candidate) => candidate.kid === kid);
      if (form !== 's1' || !entry || !wrapped || !box) {
        throw new Error(`No key to open ${place.table}.${place.column} of ${place.id}.`);
      }
      const aad = aadOf(place, entry.kid);
      const dataKey = decrypt(entry.key, Buffer.from(wrapped, 'base64url'), aad);
      return new Secret(decrypt(dataKey, Buffer.from(box, 'base64url'), aad).toString());
    },
  };
}
