import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signWithKey,
} from 'node:crypto';
import type { Random } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';

/**
 * Standard Webhooks 1.0.0 (https://github.com/standard-webhooks/standard-webhooks): what is signed
 * is `id.timestamp.body`, over the bytes that travel. One header carries several signatures, by
 * HMAC (`v1`, one per valid secret) and by ed25519 (`v1a`); a receiver accepts any that it knows.
 */
export type SigningKeys = {
  /** The current secret first, then the one before while it still signs. */
  readonly secrets: readonly Buffer[];
  readonly privateKey: KeyObject;
};

const SECRET_PREFIX = 'whsec_';
const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
const SECRET_BYTES = 32;
const SEED_BYTES = 32;
/** DER around the 32 bytes of an ed25519 key (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export function newSecret(random: Random): Secret {
  return new Secret(`${SECRET_PREFIX}${random.bytes(SECRET_BYTES).toString('base64')}`);
}

export function newSigningKey(random: Random): { privateKey: Secret; publicKey: string } {
  const seed = random.bytes(SEED_BYTES);
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  return {
    privateKey: new Secret(`${PRIVATE_PREFIX}${seed.toString('base64')}`),
    publicKey: `${PUBLIC_PREFIX}${spki.subarray(-32).toString('base64')}`,
  };
}

export function readSigningKeys(keys: {
  secrets: readonly Secret[];
  privateKey: Secret;
}): SigningKeys {
  return {
    secrets: keys.secrets.map((secret) => decode(secret, SECRET_PREFIX)),
    privateKey: privateKeyOf(decode(keys.privateKey, PRIVATE_PREFIX)),
  };
}

/**
 * In a thread of Node's pool: it takes 30 µs, a fifth of what a callback cost the main thread. Node
 * keeps what `done` leads to until V8's next full collection (docs/adr/0031): no `promisify` here,
 * whose callback leads to the arguments.
 */
function signElsewhere(data: Buffer, key: KeyObject): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const done = (error: Error | null, signature: Buffer) =>
    error ? reject(error) : resolve(signature);
  signWithKey(null, data, key, done);
  return promise;
}

/** The three headers. `timestamp` is that of the attempt, in whole seconds. */
export async function signedHeaders(
  keys: SigningKeys,
  message: { id: string; timestamp: number; body: Buffer },
): Promise<{ 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string }> {
  const { id, timestamp, body } = message;
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signing = signElsewhere(signed, keys.privateKey);
  const signatures = keys.secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  signatures.push(`v1a,${(await signing).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

function decode(secret: Secret, prefix: string): Buffer {
  const text = secret.reveal();
  if (!text.startsWith(prefix)) {
    throw new Error(`A key must start with ${prefix}.`);
  }
  return Buffer.from(text.slice(prefix.length), 'base64');
}

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}
