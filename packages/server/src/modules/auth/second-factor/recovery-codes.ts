import { createHmac } from 'node:crypto';
import type { Random } from '../../../platform/random.ts';

const COUNT = 10;
const LENGTH = 10;
/** 32 signs that nobody mistakes for one another: five bits each. */
const ALPHABET = '023456789abcdefghjkmnpqrstuvwxyz';

/** Ten codes of 50 random bits, as a person reads them. */
export function makeRecoveryCodes(random: Random): string[] {
  return Array.from({ length: COUNT }, () => {
    const signs = [...random.bytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join('');
    return `${signs.slice(0, LENGTH / 2)}-${signs.slice(LENGTH / 2)}`;
  });
}

/**
 * What is stored of a code. Keyed, because 50 bits alone could be tried out by whoever copied the
 * database; for one person, so that nobody learns that two have the same.
 */
export function recoveryHash(key: Buffer, userId: string, code: string): string {
  const signs = code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return createHmac('sha256', key).update(`recovery\n${userId}\n${signs}`).digest('base64url');
}
