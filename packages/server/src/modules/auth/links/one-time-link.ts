import { createHash } from 'node:crypto';
import { type Random, randomToken } from '../../../platform/random.ts';

/** What is stored of a secret that is given out: enough to know it again, not enough to use it. */
export const hashOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/**
 * A link that carries 256 random bits in its fragment: neither a click nor a preview of a mail
 * program sends them. The screen behind it does, by POST, when the person has filled in its form.
 */
export function createLink(
  random: Random,
  { publicUrl, path }: { publicUrl: string; path: string },
): { link: string; hash: string } {
  const token = randomToken(random, 256);
  return { link: `${publicUrl}${path}#token=${token}`, hash: hashOf(token) };
}
