import { NOT_CONNECTABLE, PAGE_FINDINGS } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { wordsIn } from '../../test-support/words.ts';
import { actionOf, findingWords, remedyWords } from './finding-words.ts';

const list = (items: readonly string[]) => items.join(', ');
const account = { id: '1', name: 'Olena' };

test.each(['en', 'uk'] as const)(
  'every finding has its own sentence and remedy in %s',
  async (language) => {
    const t = await wordsIn(language);
    const told = PAGE_FINDINGS.map((finding) => ({ finding, account, gateway: account }));
    const sentences = told.map((one) => findingWords(t, one, { list }));
    expect(new Set(sentences).size).toBe(PAGE_FINDINGS.length);
    for (const words of [...sentences, ...told.map((one) => remedyWords(t, one))]) {
      expect(words).not.toMatch(/{{|undefined|^\w+\.\w+$/);
    }
  },
);

test('a Page that cannot be connected says why in the words of the result', async () => {
  const t = await wordsIn('en');
  for (const reason of NOT_CONNECTABLE) {
    const words = findingWords(t, { finding: 'not_connectable', reason, account }, { list });
    expect(words).toContain(t(`notConnectable.${reason}`));
  }
});

test('what the log-in window can mend leads there', () => {
  expect(actionOf('not_ticked')).toBe('connect');
  expect(actionOf('portfolio')).toBe('general');
  expect(actionOf('connected_elsewhere')).toBe('gateway');
  expect(actionOf('not_found')).toBe('none');
});
