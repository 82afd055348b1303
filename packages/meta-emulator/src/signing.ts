import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Meta's signatures, written here anew and not shared with the gateway. Vectors are in
 * `@chatgate/meta-protocol`.
 */

/** Both headers, over the bytes as they travel. */
export function signatureHeaders(secret: string, body: string) {
  const sign = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(body, 'utf8').digest('hex')}`;
  return { 'X-Hub-Signature': sign('sha1'), 'X-Hub-Signature-256': sign('sha256') };
}

export function appSecretProof(secret: string, token: string, timeSeconds?: string): string {
  const message = timeSeconds === undefined ? token : `${token}|${timeSeconds}`;
  return createHmac('sha256', secret).update(message).digest('hex');
}

/** The signature covers the base64url text of the payload, not the JSON in it. */
export function signedRequest(secret: string, payload: object): string {
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${createHmac('sha256', secret).update(body).digest('base64url')}.${body}`;
}

/** The part after the bar of an app token; it dies with the secret. */
export function appTokenPart(secret: string): string {
  return createHmac('sha256', secret).update('app token').digest('base64url').slice(0, 27);
}

export function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * JSON as Meta puts it on the wire: ASCII only, lowercase `\uXXXX`, `/` as `\/`, `@` as `\u0040`.
 *
 * https://developers.facebook.com/docs/messenger-platform/webhooks#validate-payloads
 */
export function toWire(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll('@', '\\u0040')
    .replaceAll(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
