import { expect, test } from 'vitest';
import { systemRandom } from './random.ts';
import { createSeal } from './seal.ts';
import { Secret } from './secret.ts';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const place = { table: 'page_grant', column: 'token', id: 'gr_1' };
const columns = [{ table: 'page_grant', column: 'token', key: ['id'] }];
const withKeys = (...keys: [Buffer, ...Buffer[]]) =>
  createSeal({ keys, columns, random: systemRandom });
const seal = withKeys(key);

test('what was sealed opens again, and never looks the same twice', () => {
  const first = seal.seal(new Secret('EAATOKEN'), place);
  expect(seal.open(first, place).reveal()).toBe('EAATOKEN');
  expect(seal.seal(new Secret('EAATOKEN'), place)).not.toBe(first);
  expect(first).not.toContain('EAATOKEN');
});

test.each([
  ['another row', { ...place, id: 'gr_2' }],
  ['another column', { ...place, column: 'name' }],
  ['another table', { ...place, table: 'page_account' }],
])('a sealed text moved to %s does not open', (_where, moved) => {
  const sealed = seal.seal(new Secret('EAATOKEN'), place);
  expect(() => seal.open(sealed, moved)).toThrow();
});

test('an altered text does not open', () => {
  const sealed = seal.seal(new Secret('EAATOKEN'), place);
  const altered = `${sealed.slice(0, -3)}${sealed.endsWith('AAA') ? 'BBB' : 'AAA'}`;
  expect(() => seal.open(altered, place)).toThrow();
});

test('with two keys the first seals and both open', () => {
  const old = withKeys(other).seal(new Secret('EAATOKEN'), place);
  const both = withKeys(key, other);
  expect(both.open(old, place).reveal()).toBe('EAATOKEN');
  expect(seal.open(both.seal(new Secret('x'), place), place).reveal()).toBe('x');
  expect(() => seal.open(old, place)).toThrow('No key to open page_grant.token of gr_1');
});

test('nothing is sealed for a column that would not be sealed again with another key', () => {
  expect(() => seal.seal(new Secret('EAATOKEN'), { ...place, column: 'name' })).toThrow(
    'page_grant.name is not among the sealed columns',
  );
});

test('a secret prints as [secret] wherever it ends up', () => {
  const secret = new Secret('EAATOKEN');
  expect(`${secret} ${JSON.stringify({ secret })}`).toBe('[secret] {"secret":"[secret]"}');
});
