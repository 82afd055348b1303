import { AUDIT_ACTIONS, AUDIT_SUBJECTS } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { wordsIn } from '../../test-support/words.ts';
import { actionWords, subjectWords } from './audit-words.ts';

test.each(['en', 'uk'] as const)('everything the log can say has words (%s)', async (language) => {
  const t = await wordsIn(language);
  const words = [
    ...AUDIT_ACTIONS.map((action) => actionWords(t, action)),
    ...AUDIT_SUBJECTS.map((kind) => subjectWords(t, kind)),
  ];
  expect(words.filter((text) => /[._]/.test(text))).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
});

test('what another release wrote stands under its own name', async () => {
  const t = await wordsIn('en');
  expect(actionWords(t, 'tea.made')).toBe('tea.made');
  expect(subjectWords(t, 'teapot')).toBe('teapot');
});
