import { hkdfSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../platform/random.ts';
import type { Config } from './config.ts';

/**
 * The key everything secret hangs on. With the embedded database it is made once and kept beside it
 * (mode 0600); `wx` makes sure that two processes starting together agree on one.
 */
export function loadSecretKey(config: Config, random: Random): Buffer {
  if (config.CHATGATE_SECRET_KEY !== '') {
    return parseKey(config.CHATGATE_SECRET_KEY);
  }
  const file = join(config.DATA_DIR, 'secret.key');
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${random.bytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new Error(`The key file ${file} can be neither read nor made.`, { cause: error });
    }
  }
  return parseKey(readFileSync(file, 'utf8').trim());
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text, /^[0-9a-fA-F]{64}$/.test(text) ? 'hex' : 'base64url');
  if (key.length !== 32) {
    throw new Error('The secret key must be 32 bytes, in hex or base64.');
  }
  return key;
}

/** A key for one purpose only (RFC 5869), so that no two uses share the same bytes. */
export function deriveKey(secretKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `chatgate ${purpose}`, 32));
}
