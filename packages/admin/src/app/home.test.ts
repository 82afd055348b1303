import type { Me } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { homeOf } from './home.ts';

const person = (...permissions: string[]): Me => ({
  id: 'u_1',
  kind: 'person',
  name: 'Olena',
  email: null,
  role: { id: 'r', name: 'r' },
  permissions,
});

test('agents land in Conversations, whoever may see the gateways lands there', () => {
  expect(homeOf(person('conversations:access'))).toBe('/conversations');
  expect(homeOf(person('gateways:access', 'conversations:access'))).toBe('/gateways');
  expect(homeOf(person())).toBe('/gateways');
});
