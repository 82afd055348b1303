import { randomBytes } from 'node:crypto';

/** Randomness as a dependency. */
export type Random = { readonly bytes: (length: number) => Buffer };

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** URL-safe text that carries `bits` of randomness. */
export function randomToken(random: Random, bits: number): string {
  return random.bytes(Math.ceil(bits / 8)).toString('base64url');
}
