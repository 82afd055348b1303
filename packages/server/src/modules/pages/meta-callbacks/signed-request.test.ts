import { SIGNED_REQUEST_VECTORS, VECTOR_APP_SECRET } from '@chatgate/meta-protocol';
import { expect, test } from 'vitest';
import { Secret } from '../../../platform/secret.ts';
import { readSignedRequest } from './signed-request.ts';
import { encode, sign } from './test-support/callback.ts';

const ISSUED_AT = 1_795_350_000;
const NOW = ISSUED_AT * 1_000;
const HOUR = 3_600_000;
const payload = { user_id: '5001', algorithm: 'HMAC-SHA256', issued_at: ISSUED_AT };

const read = (text: unknown, { now = NOW, secrets = [VECTOR_APP_SECRET] } = {}) =>
  readSignedRequest(text, { now, appSecrets: secrets.map((secret) => new Secret(secret)) });
const signed = (changes: object = {}) =>
  sign(VECTOR_APP_SECRET, encode({ ...payload, ...changes }));
const refused = (why: string) => ({ kind: 'refused', why });

test.each(SIGNED_REQUEST_VECTORS)('the vector "$about" is read', ({ signedRequest, payload }) => {
  expect(read(signedRequest)).toEqual({
    kind: 'valid',
    subject: {
      accountId: payload.user_id || undefined,
      pageId: 'profile_id' in payload ? payload.profile_id : undefined,
      issuedAt: NOW,
    },
  });
});

test('the signature covers the encoded payload, not what it says', () => {
  const [vector] = SIGNED_REQUEST_VECTORS;
  const [signature] = vector.signedRequest.split('.');
  const reprinted = Buffer.from(JSON.stringify(payload, null, 1)).toString('base64url');
  expect(read(`${signature}.${reprinted}`)).toEqual(refused('signature'));
  const overJson = sign(VECTOR_APP_SECRET, JSON.stringify(payload)).split('.')[0];
  expect(read(`${overJson}.${encode(payload)}`)).toEqual(refused('signature'));
});

test('either of two secrets is right while one takes the place of the other', () => {
  const secrets = ['new_app_secret', VECTOR_APP_SECRET];
  expect(read(signed(), { secrets }).kind).toBe('valid');
  expect(read(signed(), { secrets: secrets.toReversed() }).kind).toBe('valid');
  expect(read(signed(), { secrets: ['new_app_secret'] })).toEqual(refused('signature'));
  expect(read(signed(), { secrets: [] })).toEqual(refused('signature'));
});

test('an empty secret verifies nothing', () => {
  expect(read(sign('', encode(payload)), { secrets: [''] })).toEqual(refused('signature'));
});

test('a signature of another length is wrong, not an error', () => {
  const encoded = encode(payload);
  const [whole = ''] = signed().split('.');
  for (const signature of [whole.slice(0, 20), `${whole}AAAA`, 'A']) {
    expect(read(`${signature}.${encoded}`)).toEqual(refused('signature'));
  }
});

test.each([
  undefined,
  null,
  7,
  '',
  '.',
  'no-dot',
  `${signed()}.more`,
  ` ${signed()}`,
  `.${encode(payload)}`,
])('%s is malformed', (text) => {
  expect(read(text)).toEqual(refused('malformed'));
});

test('what is signed but says nothing is refused', () => {
  const notJson = Buffer.from('{"user_id":').toString('base64url');
  expect(read(sign(VECTOR_APP_SECRET, notJson))).toEqual(refused('malformed'));
  expect(read(sign(VECTOR_APP_SECRET, encode(null)))).toEqual(refused('malformed'));
  expect(read(signed({ issued_at: '1795350000' }))).toEqual(refused('malformed'));
  expect(read(signed({ user_id: 5001 }))).toEqual(refused('malformed'));
  expect(read(signed({ user_id: '' }))).toEqual(refused('nobody'));
  expect(read(signed({ user_id: '50\u000001' }))).toEqual(refused('nobody'));
  expect(read(signed({ profile_id: '../1001' }))).toEqual(refused('nobody'));
});

test('no other algorithm counts, whatever the signature', () => {
  for (const algorithm of ['none', 'HMAC-SHA1', 'hmac-sha256', '']) {
    expect(read(signed({ algorithm }))).toEqual(refused('algorithm'));
  }
});

test('it may be 24 hours old, and a little ahead of our clock', () => {
  expect(read(signed(), { now: NOW + 24 * HOUR }).kind).toBe('valid');
  expect(read(signed(), { now: NOW + 24 * HOUR + 1 })).toEqual(refused('too_old'));
  expect(read(signed(), { now: NOW - 300_000 }).kind).toBe('valid');
  expect(read(signed(), { now: NOW - 300_001 })).toEqual(refused('future'));
  expect(read(signed({ issued_at: -1 }))).toEqual(refused('too_old'));
});
