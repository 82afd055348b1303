import type { Permission } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { blindSections, sectionsOf, toggled } from './permission-choice.ts';

const all: Permission[] = [
  'admin:access',
  'gateways:access',
  'gateways:read',
  'gateways:edit',
  'users:access',
  'users:read',
];
const toggle = (chosen: readonly Permission[], permission: Permission) => [
  ...toggled(new Set(chosen), { permission, all }),
];

test('an action brings reading, the access to its section, and that to the application', () => {
  expect(toggle([], 'gateways:edit').toSorted()).toEqual([
    'admin:access',
    'gateways:access',
    'gateways:edit',
    'gateways:read',
  ]);
});

test('closing a section takes its actions, and leaves the other sections', () => {
  const chosen: Permission[] = [
    'admin:access',
    'gateways:access',
    'gateways:read',
    'users:access',
    'users:read',
  ];
  expect(toggle(chosen, 'gateways:access')).toEqual(['admin:access', 'users:access', 'users:read']);
});

test('without the application nothing is left', () => {
  expect(toggle(['admin:access', 'users:access', 'users:read'], 'admin:access')).toEqual([]);
});

test('the table keeps its order', () => {
  expect(sectionsOf(all).map(({ section }) => section)).toEqual(['admin', 'gateways', 'users']);
});

test('reading can be taken off again, and then it is said that one acts unseen', () => {
  const editing = toggle([], 'gateways:edit');
  expect(blindSections(new Set(editing))).toEqual([]);
  const blind = toggle(editing, 'gateways:read');
  expect(blind.toSorted()).toEqual(['admin:access', 'gateways:access', 'gateways:edit']);
  expect(blindSections(new Set(blind))).toEqual(['gateways']);
});

test('a section that is only opened, or not at all, is no such section', () => {
  expect(blindSections(new Set(['admin:access', 'gateways:access']))).toEqual([]);
});
