import { hkdfSync } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../platform/random.ts';
import type { Config } from './config.ts';

/** The first one seals; the others are earlier ones, which still open. */
export type SecretKeys = readonly [Buffer, ...Buffer[]];

/**
 * The keys everything secret hangs on. With the embedded database one is made once and kept beside
 * it (mode 0600), whole and on disk before anything is sealed with it. A file that is there is never
 * written over: what is in it, or was, may be the only way to every token.
 */
export function loadSecretKeys(config: Config, random: Random): SecretKeys {
  if (config.CHATGATE_SECRET_KEY !== '') {
    return parseKeys(config.CHATGATE_SECRET_KEY, 'CHATGATE_SECRET_KEY');
  }
  const file = join(config.DATA_DIR, 'secret.key');
  try {
    const text = find(file) ?? make(file, random);
    return parseKeys(text, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    throw new Error(
      `The key file ${file} can be neither read nor made: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function find(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    return undefined;
  }
}

/** Linked, not renamed: of two processes that start together the first one's key stays. */
function make(file: string, random: Random): string {
  const folder = join(file, '..');
  const partial = `${file}.${random.bytes(8).toString('hex')}.partial`;
  try {
    writeFileSync(partial, `${random.bytes(32).toString('hex')}\n`, {
      ...{ mode: 0o600, flag: 'wx', flush: true },
    });
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(partial, { force: true });
  }
  flush(folder);
  return readFileSync(file, 'utf8');
}

/** Its name is on disk only when the folder is. */
function flush(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** By comma, or in a file by line. */
function parseKeys(text: string, where: string): SecretKeys {
  const [first, ...earlier] = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Buffer.from(part, /^[0-9a-fA-F]{64}$/.test(part) ? 'hex' : 'base64url'));
  if (!first || [first, ...earlier].some((key) => key.length !== 32)) {
    throw new Error(
      `key_malformed: ${where} ${first ? 'holds something else than' : 'is empty instead of'} keys of 32 bytes in hex or base64. It is left as it is; put the kept copy of the key there.`,
    );
  }
  return [first, ...earlier];
}

/** A key for one purpose only (RFC 5869), so that no two uses share the same bytes. */
export function deriveKey(secretKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `chatgate ${purpose}`, 32));
}
