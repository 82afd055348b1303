import { createHmac } from 'node:crypto';

/**
 * What a count is kept under. An account is a keyed hash of what was typed, so that a password typed
 * into the wrong field is not stored, and unknown accounts are counted like known ones.
 */
export function accountKey(key: Buffer, email: string): string {
  const typed = email.trim().toLowerCase();
  return createHmac('sha256', key).update(`account\n${typed}`).digest('base64url');
}
