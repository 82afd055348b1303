import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignedRequestSchema } from '@chatgate/meta-protocol';
import type { Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Secret } from '../../../platform/secret.ts';

/** Whom a callback of Meta's is about. At least one of the two is named. */
export type CallbackSubject = {
  /** App-scoped id of a person. */
  readonly accountId: string | undefined;
  readonly pageId: string | undefined;
  /** Milliseconds, but Meta tells whole seconds. */
  readonly issuedAt: number;
};

export type SignedRequestReading =
  | { readonly kind: 'valid'; readonly subject: CallbackSubject }
  | {
      readonly kind: 'refused';
      readonly why: 'malformed' | 'signature' | 'algorithm' | 'too_old' | 'future' | 'nobody';
    };

const MAX_AGE_MS = 24 * 3_600_000;
/** How much earlier than Meta's our clock may be. */
const MAX_AHEAD_MS = 5 * 60_000;
const PARTS = /^([\w-]+)\.([\w-]+)$/;
const ID = /^\w{1,64}$/;

const refused = (why: Extract<SignedRequestReading, { kind: 'refused' }>['why']) =>
  ({ kind: 'refused', why }) as const;

/**
 * Reads `signed_request`: base64url of an HMAC-SHA256, a dot, base64url of JSON. The signature
 * covers the encoded payload as it came, so nothing of it is parsed before the signature is right.
 *
 * https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
 */
export function readSignedRequest(
  text: unknown,
  { appSecrets, now }: { appSecrets: readonly Secret[]; now: number },
): SignedRequestReading {
  const parts = typeof text === 'string' ? PARTS.exec(text) : null;
  if (!parts) {
    return refused('malformed');
  }
  const [, signature = '', payload = ''] = parts;
  if (!isSigned({ signature, payload }, appSecrets)) {
    return refused('signature');
  }
  const told = parsePayload(payload);
  if (!told) {
    return refused('malformed');
  }
  const issuedAt = Math.floor(told.issued_at) * 1_000;
  if (told.algorithm !== 'HMAC-SHA256') {
    return refused('algorithm');
  }
  if (now - issuedAt > MAX_AGE_MS) {
    return refused('too_old');
  }
  if (issuedAt - now > MAX_AHEAD_MS) {
    return refused('future');
  }
  const accountId = told.user_id || undefined;
  const pageId = told.profile_id || undefined;
  const ids = [accountId, pageId].filter((id) => id !== undefined);
  if (ids.length === 0 || !ids.every((id) => ID.test(id))) {
    return refused('nobody');
  }
  return { kind: 'valid', subject: { accountId, pageId, issuedAt } };
}

function isSigned(
  { signature, payload }: { signature: string; payload: string },
  appSecrets: readonly Secret[],
): boolean {
  const given = Buffer.from(signature, 'base64url');
  return appSecrets.some((secret) => {
    const key = secret.reveal();
    const expected = createHmac('sha256', key).update(payload).digest();
    // An empty key would let anybody sign. Values of another length are simply different.
    return key !== '' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function parsePayload(payload: string): Static<typeof SignedRequestSchema> | undefined {
  try {
    const told: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return Check(SignedRequestSchema, told) ? told : undefined;
  } catch {
    return undefined;
  }
}
