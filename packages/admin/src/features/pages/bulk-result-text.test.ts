import { expect, test } from 'vitest';
import { wordsIn } from '../../test-support/words.ts';
import { asText } from './bulk-result-text.ts';

const done = (name: string) => ({ pageId: '1', name, state: 'done' as const });

test.each([
  ['=1+1', "'=1+1"],
  ['+380', "'+380"],
  ['-2', "'-2"],
  ['@cmd', "'@cmd"],
  [' =1', "' =1"],
  ['\t=1', "' =1"],
  ['Two\r\nlines\tand a tab', 'Two lines and a tab'],
  ['Plain = name', 'Plain = name'],
])('the copied name of %j is %j', async (name, cell) => {
  const t = await wordsIn('en');
  expect(asText(t, { items: [done(name)] })).toBe(`1\t${cell}\tdone`);
});

test('a refused Page says why', async () => {
  const t = await wordsIn('en');
  const error = { code: 'needs_login', message: 'x' };
  const text = asText(t, { items: [{ pageId: '1', name: 'A', state: 'refused', error }] });
  expect(text).toBe(
    '1\tA\tNobody’s access works for this Page. Somebody who administers it must log in again.',
  );
});
