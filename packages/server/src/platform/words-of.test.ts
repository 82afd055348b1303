import { expect, test } from 'vitest';
import { wordsOf } from './words-of.ts';

test('a host with several addresses, none of which answers, is not told as nothing', () => {
  const errors = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:5432`));
  expect(wordsOf(new AggregateError(errors))).toBe(
    'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
  );
  expect(wordsOf(new AggregateError(errors, 'said'))).toBe('said');
});
