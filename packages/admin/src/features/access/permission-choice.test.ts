import type { Permission } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { sectionsOf, toggled } from './permission-choice.ts';

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

test('an action brings the access to its section and to the application', () => {
  expect(toggle([], 'gateways:edit').toSorted()).toEqual([
    'admin:access',
    'gateways:access',
    'gateways:edit',
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
