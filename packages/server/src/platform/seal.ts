import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Random } from './random.ts';
import { Secret } from './secret.ts';

/** Where a sealed value lives. It is authenticated with the value, so a sealed text cannot be moved. */
export type SealedPlace = {
  readonly table: string;
  readonly column: string;
  readonly id: string;
};

export type Seal = {
  seal: (secret: Secret, place: SealedPlace) => string;
  /** Throws when the text was altered, moved, or sealed with a key we do not have. */
  open: (sealed: string, place: SealedPlace) => Secret;
};

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
 * @param keys key-encryption keys of 32 bytes; the first one seals, all of them open.
 */
export function createSeal(keys: readonly [Buffer, ...Buffer[]], random: Random): Seal {
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
    seal(secret, place) {
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
