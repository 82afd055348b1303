import { expect, test } from 'vitest';
import { readInline, readMarkdown } from './read-markdown.ts';

test('headings, paragraphs, lists and tables are told apart', () => {
  const text =
    '# Title\n\nOne\ntwo.\n\n1. first\n   goes on\n2. second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
  expect(readMarkdown(text)).toEqual([
    { kind: 'heading', level: 1, text: 'Title' },
    { kind: 'paragraph', text: 'One two.' },
    { kind: 'list', ordered: true, items: ['first goes on', 'second'] },
    {
      kind: 'table',
      rows: [
        ['a', 'b'],
        ['1', '2'],
      ],
    },
  ]);
});

test('code and strong words stand out, and HTML stays text', () => {
  expect(readInline('press **Save** `x` *y* <b>')).toEqual([
    { kind: 'text', text: 'press ' },
    { kind: 'strong', text: 'Save' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'x' },
    { kind: 'text', text: ' ' },
    { kind: 'em', text: 'y' },
    { kind: 'text', text: ' <b>' },
  ]);
});
