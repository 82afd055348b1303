import { expect, test } from 'vitest';
import { base32, codeOf, otpauthUri, stepAt, stepOf } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

// RFC 6238, appendix B, its last six digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i s the code is %s, as in the RFC', (seconds, code) => {
  expect(codeOf(SECRET, stepAt(seconds * 1_000))).toBe(code);
});

test('a code counts in its own half minute and those beside it', () => {
  const now = 1_795_000_000_000;
  const code = codeOf(SECRET, stepAt(now));
  const at = (ms: number) => stepOf(SECRET, code, now + ms);
  expect([at(-30_000), at(0), at(30_000)]).toEqual(Array(3).fill(stepAt(now)));
  expect([at(-60_000), at(60_000)]).toEqual([undefined, undefined]);
  expect(stepOf(SECRET, code.slice(1), now)).toBeUndefined();
});

// RFC 4648, section 10.
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base32 of "%s" is "%s"', (plain, text) => {
  expect(base32(Buffer.from(plain))).toBe(text);
});

test('the address for the QR code names the installation and the person', () => {
  const about = { issuer: 'Chatgate chat.example.org', account: 'ann@example.org', secret: SECRET };
  const uri = new URL(otpauthUri(about));
  expect(decodeURIComponent(uri.pathname)).toContain('Chatgate chat.example.org:ann@example.org');
  expect(uri.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
});
