import { MAX_MESSAGE_LENGTH, splitText } from '@chatgate/contract';
import { expect, test } from 'vitest';

test('a text that fits is one message, without the spaces around it', () => {
  expect(splitText(`  ${'a'.repeat(MAX_MESSAGE_LENGTH)}\n`)).toEqual(['a'.repeat(2_000)]);
  expect(splitText(' \n\t ')).toEqual([]);
});

test('it is divided at a paragraph, else a line, else a sentence, else a word', () => {
  expect(splitText('one two.\n\nthree four', 12)).toEqual(['one two.', 'three four']);
  expect(splitText('one two\nthree four', 12)).toEqual(['one two', 'three four']);
  expect(splitText('One two. Three four', 12)).toEqual(['One two.', 'Three four']);
  expect(splitText('one two three four', 12)).toEqual(['one two', 'three four']);
  expect(splitText('a bcdefghijklmnop', 12)).toEqual(['a bcdefghijk', 'lmnop']);
});

test('a space right behind the limit costs nothing', () => {
  expect(splitText('123456789012 next', 12)).toEqual(['123456789012', 'next']);
});

test('no character and no emoji is cut in two', () => {
  const family = '👩‍👩‍👧‍👦';
  const parts = splitText(family.repeat(3), family.length + 3);
  expect(parts).toEqual([family, family, family]);
  expect(splitText('e\u0301'.repeat(3), 3)).toEqual(Array(3).fill('e\u0301'));
  for (const part of splitText('😀'.repeat(1_500))) {
    expect(part.isWellFormed()).toBe(true);
    expect(part.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
  }
});

test('flags stay whole wherever the row of them begins, and a piled up character well formed', () => {
  for (const before of ['', 'a', 'ab', 'abc']) {
    for (const part of splitText(before + '🇺🇦'.repeat(1_000))) {
      expect(part.replace(before, '').replaceAll('🇺🇦', '')).toBe('');
    }
  }
  for (const part of splitText(`a${'\u{1F3FD}'.repeat(3_000)}`)) {
    expect(part.isWellFormed()).toBe(true);
    expect(part.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
  }
});

test('nothing but spaces gets lost, whatever the text', () => {
  const text = Array.from({ length: 900 }, (_, index) => `слово${index}${index % 7 ? ' ' : '.\n'}`);
  const parts = splitText(text.join(''), 100);
  expect(parts.every((part) => part.length <= 100)).toBe(true);
  expect(parts.join('').replaceAll(/\s/g, '')).toBe(text.join('').replaceAll(/\s/g, ''));
});
