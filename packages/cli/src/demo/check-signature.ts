import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the signature of a POST says. */
export type Verdict = 'valid' | 'invalid' | 'too_old' | 'unsigned' | 'no_secret';

/** Standard Webhooks: what is older may be somebody's copy. */
const TOLERANCE_MS = 300_000;

/**
 * Standard Webhooks 1.0 as a receiver does it: HMAC-SHA256 of `id.timestamp.body`, of which any in
 * the list may fit, since two secrets sign while one is being replaced.
 */
export function checkSignature(
  post: {
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: Buffer;
  },
  { secret, now }: { secret: string | undefined; now: number },
): Verdict {
  const { headers, body } = post;
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (id === undefined || timestamp === undefined || signatures === undefined) {
    return 'unsigned';
  }
  if (secret === undefined) {
    return 'no_secret';
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isSigned = signatures
    .split(' ')
    .filter((entry) => entry.startsWith('v1,'))
    .map((entry) => Buffer.from(entry.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  if (!isSigned) {
    return 'invalid';
  }
  // Not a number compares as false.
  return Math.abs(now - Number(timestamp) * 1_000) <= TOLERANCE_MS ? 'valid' : 'too_old';
}
