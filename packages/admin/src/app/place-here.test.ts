import { expect, test } from 'vitest';
import { placeHere } from './place-here.ts';

test('a place inside is gone to, written as addresses are', () => {
  expect(placeHere('/gateways?search=a*b#top')).toBe('/gateways?search=a*b#top');
  expect(placeHere('/gateways?search=Львів')).toBe(
    '/gateways?search=%D0%9B%D1%8C%D0%B2%D1%96%D0%B2',
  );
});

test.each([
  undefined,
  '',
  'gateways',
  'https://evil.example.test',
  '//evil.example.test',
  '/\\evil.example.test',
  '/\t/evil.example.test',
  '/\n/evil.example.test',
  '/.//evil.example.test',
  'javascript:alert(1)',
])('%j is no place inside', (text) => {
  expect(placeHere(text)).toBeUndefined();
});
