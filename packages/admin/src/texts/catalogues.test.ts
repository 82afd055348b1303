import { expect, test } from 'vitest';
import { wordsIn } from '../test-support/words.ts';
import { en } from './en.ts';
import { uk } from './uk.ts';

const flatten = (catalogue: object): Map<string, string> =>
  new Map(
    Object.entries(catalogue).flatMap(([section, texts]: [string, object]) =>
      Object.entries(texts).map(([key, text]): [string, string] => [`${section}.${key}`, text]),
    ),
  );
const english = flatten(en);
const ukrainian = flatten(uk);
const placeholders = (text: string) => (text.match(/{{[^}]+}}/g) ?? []).toSorted();

test('both languages have the same keys, and Ukrainian its two further plural forms', () => {
  const expected = [...english.keys()].flatMap((key) =>
    key.endsWith('_other')
      ? [key, key.replace(/_other$/, '_few'), key.replace(/_other$/, '_many')]
      : [key],
  );
  expect([...ukrainian.keys()].toSorted()).toEqual(expected.toSorted());
});

test('no text is empty, and each keeps its placeholders in translation', () => {
  for (const [key, text] of ukrainian) {
    expect(text.trim(), key).not.toBe('');
    const source = english.get(key) ?? english.get(key.replace(/_(few|many)$/, '_other')) ?? '';
    expect(placeholders(text), key).toEqual(placeholders(source));
  }
});

test('numbers are written as the language does', async () => {
  const inEnglish = await wordsIn('en');
  const inUkrainian = await wordsIn('uk');
  expect(inEnglish('pages.unsaved', { count: 3 })).toBe('3 unsaved changes');
  expect(inEnglish('pages.total', { count: 5000 })).toBe('5,000 Pages');
  expect(inUkrainian('pages.unsaved', { count: 3 })).toBe('3 незбережені зміни');
  expect(inUkrainian('pages.unsaved', { count: 5 })).toBe('5 незбережених змін');
});

test('the names that people and tests rely on are exact', () => {
  expect(en.connect.button).toBe('Add or Remove Pages');
  expect(en.pages).toMatchObject({
    heading: 'Facebook pages',
    refresh: 'Refresh',
    copyId: 'Copy ID',
    id: 'ID',
    name: 'Name',
    accounts: 'Accounts',
    webhook: 'Webhook subscription',
    dataSaved: 'Data saved',
  });
  expect(en.accounts).toMatchObject({ title: 'Accounts', search: 'Search' });
  expect(en.common.save).toBe('Save');
});
