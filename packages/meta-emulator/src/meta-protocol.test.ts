import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import {
  ALL_PAGE_FIELDS,
  FIXTURE_FILES,
  FIXTURE_KINDS,
  MESSENGER_FIELDS,
  PROOF_VECTOR,
  readFixture,
  SIGNED_REQUEST_VECTORS,
  VECTOR_APP_SECRET,
  WEBHOOK_VECTOR,
} from '@chatgate/meta-protocol';
import { expect, test } from 'vitest';

test('every fixture file is named by exactly one kind', () => {
  const files = readdirSync(
    new URL('./fixtures/', import.meta.resolve('@chatgate/meta-protocol')),
  ).sort();
  expect(Object.values(FIXTURE_FILES).sort()).toEqual(files);
});

test.each(FIXTURE_KINDS)('fixture %s is JSON in the escaped form Meta sends', (kind) => {
  const raw = readFixture(kind).toString('utf8');
  expect(JSON.parse(raw)).toBeTypeOf('object');
  // Printable ASCII only, every slash escaped, no bare @, lowercase escapes, no spaces to lose.
  expect(raw).toMatch(/^[ -~]*$/);
  expect(raw.replaceAll('\\/', '')).not.toMatch(/[/@]/);
  expect(raw).not.toMatch(/\\u[0-9a-f]*[A-F]/);
});

test('every Messenger field is a Page field', () => {
  expect(ALL_PAGE_FIELDS).toEqual(expect.arrayContaining([...MESSENGER_FIELDS]));
});

test('the webhook vector holds over its raw bytes and not over the re-printed body', () => {
  const sign = (body: string, algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, VECTOR_APP_SECRET).update(body).digest('hex')}`;
  expect(Buffer.byteLength(WEBHOOK_VECTOR.body)).toBe(211);
  expect(sign(WEBHOOK_VECTOR.body, 'sha1')).toBe(WEBHOOK_VECTOR.sha1);
  expect(sign(WEBHOOK_VECTOR.body, 'sha256')).toBe(WEBHOOK_VECTOR.sha256);
  const reprinted = JSON.stringify(JSON.parse(WEBHOOK_VECTOR.body));
  expect(sign(reprinted, 'sha256')).toBe(WEBHOOK_VECTOR.reprinted);
});

test('the proofs and signed requests hold', () => {
  const hmac = (text: string) => createHmac('sha256', VECTOR_APP_SECRET).update(text);
  expect(hmac(PROOF_VECTOR.token).digest('hex')).toBe(PROOF_VECTOR.proof);
  const timed = `${PROOF_VECTOR.token}|${PROOF_VECTOR.timeSeconds}`;
  expect(hmac(timed).digest('hex')).toBe(PROOF_VECTOR.timedProof);
  for (const { signedRequest, payload } of SIGNED_REQUEST_VECTORS) {
    const [signature, body = ''] = signedRequest.split('.');
    expect(hmac(body).digest('base64url')).toBe(signature);
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(payload);
  }
});
