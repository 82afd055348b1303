import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../test-support/words.ts';
import { refusalWords } from './refusal-words.ts';
import { parseChanges } from './remembered-changes.ts';
import { summaryOf } from './save-summary.ts';

const ok = (pageId: string) => ({ pageId, ok: true });
const no = (pageId: string, code: string) => ({ pageId, ok: false, error: { code, message: 'x' } });

describe('the summary of a save', () => {
  test('is "all" only when every row that was asked for was confirmed', () => {
    expect(summaryOf(['1', '2'], [ok('1'), ok('2')])).toEqual({ kind: 'all' });
    expect(summaryOf(['1', '2'], [ok('1')])).toMatchObject({ saved: 1, refused: 1 });
  });

  test('names Facebook only where it was Facebook that refused', () => {
    const byMeta = summaryOf(['1', '2', '3'], [ok('1'), ok('2'), no('3', 'meta_refused')]);
    expect(byMeta).toEqual({ kind: 'refused_by_meta', saved: 2, refused: 1 });
    const mixed = summaryOf(['1', '2'], [no('1', 'meta_refused'), no('2', 'conflict')]);
    expect(mixed).toEqual({ kind: 'refused', saved: 0, refused: 2 });
  });
});

describe('the words of a refused row', () => {
  test('name who changed it meanwhile', async () => {
    const t = await wordsIn('en');
    const conflict = { code: 'conflict', message: 'x' };
    expect(refusalWords(t, { ...conflict, changedBy: 'Marcus' })).toContain('Marcus changed this');
    expect(refusalWords(t, conflict)).toContain('somebody else');
  });

  test('say in plain words what a code of Meta means', async () => {
    const t = await wordsIn('en');
    const refusal = (code: number) =>
      refusalWords(t, {
        code: 'meta_refused',
        message: 'x',
        problem: { message: '(#1) raw', code },
      });
    expect(refusal(200)).toContain('a permission for this Page is missing');
    expect(refusal(190)).toContain('log in again');
    expect(refusal(4)).toContain('too many calls');
    expect(refusal(12345)).toBe('Facebook refused this change.');
  });
});

describe('unsaved switches kept in the browser', () => {
  const kept = {
    pageId: '1',
    name: 'A',
    receiving: true,
    version: 3,
    wantedThen: false,
    changedThen: 5,
  };

  test('come back as marked', () => {
    const text = JSON.stringify([{ ...kept, status: 'saving' }]);
    expect(parseChanges(text)).toEqual({ 1: { ...kept, status: 'marked' } });
  });

  test('are dropped where they do not read as such', () => {
    expect(parseChanges('[{"pageId":"1"},null,3]')).toEqual({});
    expect(parseChanges('{}')).toEqual({});
  });
});
