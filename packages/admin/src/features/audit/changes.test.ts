import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';

test('only what differs is shown, value by value', () => {
  const before = { name: 'a', enabled: true, limits: { days: 90 } };
  const after = { name: 'b', enabled: true, limits: { days: 30 } };
  expect(changesOf(before, after)).toEqual([
    { path: 'name', before: 'a', after: 'b' },
    { path: 'limits.days', before: '90', after: '30' },
  ]);
});

test('what has one side only shows that side', () => {
  expect(changesOf(null, { account: { id: '1', name: 'Olena' } })).toEqual([
    { path: 'account.id', before: undefined, after: '1' },
    { path: 'account.name', before: undefined, after: 'Olena' },
  ]);
  expect(changesOf({ accounts: ['A', 'B'] }, null)).toEqual([
    { path: 'accounts', before: 'A, B', after: undefined },
  ]);
  expect(changesOf(null, null)).toEqual([]);
});
