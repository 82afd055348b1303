import { expect, test } from 'vitest';
import { readSelection } from './selection.ts';

const SCOPES = ['pages_show_list', 'pages_messaging', 'pages_manage_metadata'];
const scopes = ['public_profile', ...SCOPES];
const granular = (...lists: (readonly string[] | undefined)[]) => ({
  scopes,
  granularScopes: SCOPES.map((scope, index) => ({ scope, targetIds: lists[index] })),
});

test('a Page is ticked when any of the three permissions names it', () => {
  expect(readSelection(granular(['1', '2'], ['2', '3'], []))).toEqual({
    pageIds: new Set(['1', '2', '3']),
    declined: [],
  });
});

test('where some permissions name Pages, they alone decide', () => {
  expect(readSelection(granular(undefined, ['2'], undefined)).pageIds).toEqual(new Set(['2']));
});

test('no ids anywhere means all Pages', () => {
  expect(readSelection(granular())).toEqual({ pageIds: 'all', declined: [] });
  expect(readSelection({ scopes, granularScopes: undefined })).toEqual({
    pageIds: 'all',
    declined: [],
  });
});

test('an empty list means none, which is not all', () => {
  expect(readSelection(granular([], [], [])).pageIds).toEqual(new Set());
});

test('a missing permission was declined', () => {
  const { declined } = readSelection({
    scopes,
    granularScopes: [{ scope: 'pages_show_list', targetIds: ['1'] }],
  });
  expect(declined).toEqual(['pages_messaging', 'pages_manage_metadata']);
  expect(readSelection({ scopes: [], granularScopes: [] }).declined).toEqual(SCOPES);
});

test('ids of other assets and ids that are none are left out', () => {
  const { pageIds } = readSelection({
    scopes,
    granularScopes: [
      ...granular(['1', '../me', ''], [], []).granularScopes,
      { scope: 'instagram_basic', targetIds: ['99'] },
    ],
  });
  expect(pageIds).toEqual(new Set(['1']));
});
