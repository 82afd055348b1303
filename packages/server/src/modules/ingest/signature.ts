import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../platform/secret.ts';

const HEADER = /^sha256=([0-9a-f]{64})$/;

/**
 * True when the header carries the HMAC-SHA256 of exactly these bytes with one of the app secrets.
 * Meta signs the escaped form that is on the wire, so parsing and printing the body again would
 * give another signature. https://developers.facebook.com/docs/messenger-platform/webhooks
 */
export function isSigned(body: Buffer, header: unknown, appSecrets: readonly Secret[]): boolean {
  const hex = typeof header === 'string' ? HEADER.exec(header)?.[1] : undefined;
  if (hex === undefined) {
    return false;
  }
  const given = Buffer.from(hex, 'hex');
  return appSecrets.some((secret) => {
    const key = secret.reveal();
    // An empty key would let anybody sign: a gateway without a secret accepts nothing.
    return key !== '' && isSame(given, createHmac('sha256', key).update(body).digest());
  });
}

/** Compares in constant time; values of another length are simply different. */
export function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
