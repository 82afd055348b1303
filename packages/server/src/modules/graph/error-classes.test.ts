import { expect, test } from 'vitest';
import { classify } from './error-classes.ts';
import { findRefusal } from './meta-error.ts';
import { metaError } from './test-support/meta-server.ts';

const of = (code: number, subcode?: number, isTransient = false) =>
  classify({ code, subcode, isTransient });

test.each([
  [1, undefined, 'retry'],
  [1, 99, 'permanent'],
  [1, 1_357_046, 'maybe_done'],
  [2, undefined, 'retry'],
  [3, undefined, 'config'],
  [4, undefined, 'backoff'],
  [10, undefined, 'config'],
  [10, 2_018_278, 'permanent'],
  [10, 2_018_108, 'recipient'],
  [10, 1_893_063, 'backoff'],
  [17, undefined, 'backoff'],
  [32, undefined, 'backoff'],
  [80_001, undefined, 'backoff'],
  [80_006, undefined, 'backoff'],
  [100, undefined, 'permanent'],
  [100, 33, 'permanent'],
  [100, 2_018_001, 'recipient'],
  [100, 2_018_218, 'harmless'],
  [100, 36_009, 'login'],
  [102, undefined, 'auth'],
  [190, undefined, 'auth'],
  [190, 458, 'auth'],
  [190, 460, 'auth'],
  [190, 463, 'auth'],
  [190, 492, 'auth'],
  [190, 999_999, 'auth'],
  [200, undefined, 'config'],
  [200, 1_545_041, 'recipient'],
  [341, undefined, 'backoff'],
  [368, undefined, 'backoff'],
  [415, 2_859_009, 'auth'],
  [551, undefined, 'recipient'],
  [551, 1_545_041, 'recipient'],
  [613, undefined, 'backoff'],
  [613, 1_996, 'backoff'],
  [613, 1_893_016, 'permanent'],
  [1_200, undefined, 'retry'],
  [2_200, undefined, 'config'],
  [10, 2_018_300, 'permanent'],
] as const)('code %i, subcode %s means %s', (code, subcode, cls) => {
  expect(of(code, subcode)).toBe(cls);
});

test('a code nobody knows is tried again only when Meta calls it transient', () => {
  expect(of(987_654)).toBe('permanent');
  expect(of(987_654, undefined, true)).toBe('retry');
});

test('an error keeps what a person needs and nothing secret', () => {
  const refusal = findRefusal(
    metaError(190, 460, {
      message: 'Malformed access token EAABCDEFGHIJKLMN and access_token=abcdef',
      error_user_msg: 'Log in again.',
    }),
  );
  expect(refusal).toMatchObject({ kind: 'refused', cls: 'auth', userMessage: 'Log in again.' });
  expect(refusal?.problem()).toEqual({
    message: 'Malformed access token [secret] and access_token=[secret]',
    code: 190,
    subcode: 460,
    traceId: 'AbC',
  });
});

test.each([null, [], 'error', { error: 'no' }, { data: [] }])('%j is no error', (body) => {
  expect(findRefusal(body)).toBeUndefined();
});
